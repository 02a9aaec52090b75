import { expect, test, vi } from 'vitest';
import { fault, ShardscopeError } from '../../shared/errors.ts';
import { NAMES, sampleClient } from '../testing/render-app.tsx';
import { planOf, runningJob } from '../testing/samples.ts';
import { createAppStore } from './app-store.ts';

async function dialog(client = sampleClient()) {
  const store = createAppStore(client);
  await store.getState().open({ path: '/data/x' });
  store.getState().openMerge();
  await vi.waitFor(() => expect(store.getState().mergeBusy).toBeUndefined());
  return { client, store };
}

test('asks for a plan with nothing but the path, and starts with the folder that was proposed', async () => {
  const { client, store } = await dialog();
  expect(client.inputsOf('job.plan')).toEqual([{ job: 'merge', path: '/data/x' }]);
  client.answer({ 'job.start': () => runningJob() });
  expect(await store.getState().startMerge()).toBe(true);
  expect(client.inputsOf('job.start')).toEqual([{ job: 'merge', path: '/data/x', out: planOf().out }]);
  expect(store.getState()).toMatchObject({ mergeDraft: undefined, jobs: [{ id: 'a' }] });
});

test('a change plans again once it has settled', async () => {
  const { client, store } = await dialog();
  store.getState().changeMerge({ out: '/data/a' });
  store.getState().changeMerge({ out: '/data/ab' });
  expect(store.getState().mergeBusy).toBe('planning');
  await vi.waitFor(() => expect(client.inputsOf('job.plan')).toHaveLength(2));
  expect(client.inputsOf('job.plan')[1]).toEqual({ job: 'merge', path: '/data/x', out: '/data/ab' });
});

test('optimizer state is left out by the prefixes that the names show', async () => {
  const { client, store } = await dialog();
  client.answer({
    'tensors.names': () => ({ names: [...NAMES, ...NAMES.map((name) => `adam_m.${name}`), 'step'] }),
  });
  await store.getState().leaveOutOptimizer(true);
  expect(store.getState().mergeDraft?.filterOutParamPrefix).toEqual(['adam_m.']);
  await store.getState().leaveOutOptimizer(false);
  expect(store.getState().mergeDraft?.filterOutParamPrefix).toEqual([]);
});

test('a refusal at the start keeps the dialog with its message', async () => {
  const { client, store } = await dialog();
  client.answer({
    'job.start': () => {
      throw new ShardscopeError(fault('OUT_EXISTS', 'the folder is not empty', 'Choose another.'));
    },
  });
  expect(await store.getState().startMerge()).toBe(false);
  expect(store.getState().mergeFault?.code).toBe('OUT_EXISTS');
  expect(store.getState().mergeDraft).toBeDefined();
});

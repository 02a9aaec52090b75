import { expect, test, vi } from 'vitest';
import { fault, ShardscopeError } from '../../shared/errors.ts';
import type { JobName } from '../../shared/job-options.ts';
import { sampleClient } from '../testing/render-app.tsx';
import { planOf, runningJob, summaryOf } from '../testing/samples.ts';
import { activeTab } from './tabs.ts';
import { createWorkspace } from './workspace.ts';

async function dialog(job: JobName = 'merge', client = sampleClient()) {
  const workspace = createWorkspace(client);
  const { store } = activeTab(workspace.getState());
  await store.getState().open({ path: '/data/x' });
  store.getState().openDraft(job);
  await vi.waitFor(() => expect(store.getState().draftBusy).toBeUndefined());
  return { client, workspace, store };
}

test('asks for a plan with nothing but the path, and starts with the folder that was proposed', async () => {
  const { client, workspace, store } = await dialog();
  expect(client.inputsOf('job.plan')).toEqual([{ job: 'merge', path: '/data/x' }]);
  client.answer({ 'job.start': () => runningJob() });
  expect(await store.getState().startDraft()).toBe(true);
  expect(client.inputsOf('job.start')).toEqual([{ job: 'merge', path: '/data/x', out: planOf().out }]);
  expect(store.getState().draft).toBeUndefined();
  expect(workspace.getState().jobs).toMatchObject([{ id: 'a' }]);
});

test('a change plans again once it has settled', async () => {
  const { client, store } = await dialog();
  store.getState().changeDraft({ out: '/data/a' });
  store.getState().changeDraft({ out: '/data/ab' });
  expect(store.getState().draftBusy).toBe('planning');
  await vi.waitFor(() => expect(client.inputsOf('job.plan')).toHaveLength(2));
  expect(client.inputsOf('job.plan')[1]).toEqual({ job: 'merge', path: '/data/x', out: '/data/ab' });
});

test('nothing is planned before the strategy to cut for is named', async () => {
  const { client, store } = await dialog('slice');
  expect(client.inputsOf('job.plan')).toEqual([]);
  expect(await store.getState().startDraft()).toBe(false);
  store.getState().changeDraft({ dstStrategy: '/data/strategy' });
  await vi.waitFor(() =>
    expect(client.inputsOf('job.plan')).toEqual([
      { job: 'slice', path: '/data/x', dstStrategy: '/data/strategy' },
    ]),
  );
});

test('a strategy that is named for the open checkpoint is the draft’s too', async () => {
  const { client, store } = await dialog('dedupe');
  store.getState().nameStrategy('/data/strategy');
  await vi.waitFor(() =>
    expect(client.inputsOf('job.plan').at(-1)).toEqual({
      job: 'dedupe',
      path: '/data/x',
      strategy: '/data/strategy',
    }),
  );
  expect(store.getState().opened).toMatchObject({ strategy: '/data/strategy' });
});

test.each([
  ['huggingface', 'mindspore'],
  ['mindspore', 'huggingface'],
] as const)('%s names are to become those of %s', async (naming, to) => {
  const client = sampleClient();
  client.answer({ 'checkpoint.open': () => summaryOf({ naming }) });
  await dialog('rename', client);
  expect(client.inputsOf('job.plan')).toEqual([{ job: 'rename', path: '/data/x', to }]);
});

test('another checkpoint closes the dialog; another save of the same does not', async () => {
  const { store } = await dialog();
  await store.getState().open({ path: '/data/x', fileSuffix: '1_10' });
  expect(store.getState().draft).toBeDefined();
  await store.getState().open({ path: '/data/y' });
  expect(store.getState().draft).toBeUndefined();
});

test('a refusal at the start keeps the dialog with its message', async () => {
  const { client, store } = await dialog();
  client.answer({
    'job.start': () => {
      throw new ShardscopeError(fault('OUT_EXISTS', 'the folder is not empty', 'Choose another.'));
    },
  });
  expect(await store.getState().startDraft()).toBe(false);
  expect(store.getState().planFault?.code).toBe('OUT_EXISTS');
  expect(store.getState().draft).toBeDefined();
});

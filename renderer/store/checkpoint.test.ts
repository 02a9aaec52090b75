import { expect, test } from 'vitest';
import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import { fault, ShardscopeError } from '../../shared/errors.ts';
import { sampleClient } from '../testing/render-app.tsx';
import { summaryOf } from '../testing/samples.ts';
import { tabStore } from '../testing/tab-store.ts';
import { addressOf } from './place.ts';
import { activeTab } from './tabs.ts';
import { createWorkspace } from './workspace.ts';

function refusing() {
  return () => {
    throw new ShardscopeError(fault('IO_NOT_FOUND', '/data/gone does not exist', 'Check the path.'));
  };
}

test('opening tells how many files were read', async () => {
  const client = sampleClient();
  let finish: (summary: CheckpointSummary) => void = () => {};
  client.answer({ 'checkpoint.open': () => new Promise((resolve) => (finish = resolve)) });
  const store = tabStore(client);
  const done = store.getState().open({ path: '/data/x/' });
  client.emit({ type: 'opening', path: '/data/other', filesRead: 1, filesTotal: 2 });
  expect(store.getState().opening).toMatchObject({ filesRead: 0 });
  client.emit({ type: 'opening', path: '/data/x', filesRead: 3, filesTotal: 16 });
  expect(store.getState().opening).toMatchObject({ filesRead: 3, filesTotal: 16 });
  finish(summaryOf());
  expect(await done).toBe(true);
  expect(store.getState().opening).toBeUndefined();
});

test('a cancelled opening changes nothing, even when its answer still comes', async () => {
  const client = sampleClient();
  let finish: (summary: CheckpointSummary) => void = () => {};
  client.answer({ 'checkpoint.open': () => new Promise((resolve) => (finish = resolve)) });
  const store = tabStore(client);
  const done = store.getState().open({ path: '/data/x' });
  store.getState().cancelOpening();
  finish(summaryOf());
  expect(await done).toBe(false);
  expect(store.getState()).toMatchObject({ checkpoint: undefined, opening: undefined, openFault: undefined });
});

test('a refused path leaves the open checkpoint where it is', async () => {
  const client = sampleClient();
  const store = tabStore(client);
  await store.getState().open({ path: '/data/x' });
  client.answer({ 'checkpoint.open': refusing() });
  expect(await store.getState().open({ path: '/data/gone' })).toBe(false);
  expect(store.getState().checkpoint?.path).toBe('/data/x');
  expect(store.getState().openFault?.fault.code).toBe('IO_NOT_FOUND');
});

test('another checkpoint is met at its summary, another save in the same view; the old handle is closed', async () => {
  const client = sampleClient();
  const workspace = createWorkspace(client);
  const { store } = activeTab(workspace.getState());
  await store.getState().open({ path: '/data/x' });
  store.getState().showView('tensors');
  await store.getState().open({ path: '/data/x', fileSuffix: '1_10' });
  expect(store.getState().view).toBe('tensors');
  await store.getState().open({ path: '/data/y' });
  expect(store.getState().view).toBe('summary');
  expect(client.inputsOf('checkpoint.close')).toHaveLength(2);
  client.emit({ type: 'recent', recent: ['/data/y', '/data/x'] });
  expect(workspace.getState().recent).toEqual(['/data/y', '/data/x']);
});

test('nothing is left of a checkpoint that was closed, in the address neither', async () => {
  const store = tabStore(sampleClient());
  const at = addressOf(store.getState());
  await store.getState().open({ path: '/data/x' });
  const { selectName, pickSave, pickFile, askLoading, showComparedOnly } = store.getState();
  selectName('model.norm.weight');
  store.getState().showValues({ rank: 3 });
  pickSave('1_10');
  pickFile('rank_0/part.safetensors');
  askLoading({ scenario: 'resume' });
  store.setState({ comparing: { a: { path: '/data/x' }, b: { path: '/data/y' } } });
  showComparedOnly('unequal');
  store.getState().closeCheckpoint();
  expect(addressOf(store.getState())).toEqual(at);
});

import { expect, test } from 'vitest';
import { sampleClient } from '../testing/render-app.tsx';
import { summaryOf } from '../testing/samples.ts';
import { tabStore } from '../testing/tab-store.ts';

const { strategy } = summaryOf();

async function opened(stageCount = 2) {
  const client = sampleClient();
  client.answer({
    'checkpoint.open': ({ path }) =>
      summaryOf({ path, ...(strategy && { strategy: { ...strategy, stageCount, devicesPerStage: 4 } }) }),
  });
  const store = tabStore(client);
  await store.getState().open({ path: '/data/x' });
  return { client, store };
}

test('a stage that the checkpoint has can be chosen; none of another checkpoint stays chosen', async () => {
  const { store } = await opened();
  store.getState().showStage(1);
  expect(store.getState().stage).toBe(1);
  await store.getState().open({ path: '/data/x', fileSuffix: '1_10' });
  expect(store.getState().stage).toBe(1);
  store.getState().showStage(2);
  expect(store.getState().stage).toBeUndefined();
  store.getState().showStage(1);
  await store.getState().open({ path: '/data/y' });
  expect(store.getState().stage).toBeUndefined();
});

test('what has one stage has none to choose, also when it had two before', async () => {
  const { client, store } = await opened();
  store.getState().showStage(0);
  client.answer({ 'checkpoint.open': ({ path }) => summaryOf({ path }) });
  await store.getState().open({ path: '/data/x' });
  expect(store.getState().stage).toBeUndefined();
  store.getState().showStage(0);
  expect(store.getState().stage).toBeUndefined();
});

test('tables narrow to the chosen stage in the filter, go along to another, and show all with none', async () => {
  const { store } = await opened(12);
  const filter = () => store.getState().ask.filter;
  store.getState().setFilter('wq stage:10 !norm');
  store.getState().showStage(1);
  expect(filter()).toBe('wq stage:10 !norm');
  store.getState().setFilter('wq !norm');
  store.getState().narrowToStage(true);
  expect(filter()).toBe('wq !norm stage:1');
  store.getState().narrowToStage(true);
  expect(filter()).toBe('wq !norm stage:1');
  store.getState().showStage(3);
  expect(filter()).toBe('wq !norm stage:3');
  store.getState().narrowToStage(false);
  expect(filter()).toBe('wq !norm');
  store.getState().showStage(4);
  expect(filter()).toBe('wq !norm');
  store.getState().setFilter('stage:4 wq');
  store.getState().showStage(undefined);
  expect(filter()).toBe('wq');
});

// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest';
import { NAMES, sampleClient } from '../testing/render-app.tsx';
import { pagesOf, tensorRow } from '../testing/samples.ts';
import { tabStore } from '../testing/tab-store.ts';

async function opened(client = sampleClient()) {
  const store = tabStore(client);
  await store.getState().open({ path: '/data/x' });
  await vi.waitFor(() => expect(store.getState().tableState).toBe('ready'));
  return { client, store };
}

test('one row, one more, and one less', async () => {
  const { store } = await opened();
  store.getState().moveCursor(2);
  expect([...store.getState().selected]).toEqual([NAMES[2]]);
  expect(store.getState().totals).toEqual({ count: 1, elements: 67_895_296, byteLength: 135_790_592 });
  store.getState().moveCursor(4, 'add');
  expect(store.getState().totals).toEqual({ count: 2, elements: 135_790_592, byteLength: 271_581_184 });
  store.getState().moveCursor(2, 'add');
  expect([...store.getState().selected]).toEqual([NAMES[4]]);
});

test('the cursor stays inside the table', async () => {
  const { store } = await opened();
  store.getState().moveCursor(-5);
  expect(store.getState().cursor).toBe(0);
  store.getState().moveCursor(500);
  expect(store.getState().cursor).toBe(NAMES.length - 1);
});

test('a range runs from where it began, in both directions', async () => {
  const { client, store } = await opened();
  store.getState().moveCursor(3);
  store.getState().moveCursor(6, 'range');
  await vi.waitFor(() => expect([...store.getState().selected]).toEqual(NAMES.slice(3, 7)));
  store.getState().moveCursor(1, 'range');
  await vi.waitFor(() => expect([...store.getState().selected]).toEqual(NAMES.slice(1, 4)));
  expect(client.inputsOf('tensors.names').at(-1)).toMatchObject({ from: 1, to: 3 });
});

test('totals of tensors never seen: bytes of all that match, parameters of the whole model', async () => {
  const many = Array.from({ length: 1155 }, (_, index) => tensorRow(`t${index}`));
  const client = sampleClient();
  client.answer({
    'tensors.page': pagesOf(many),
    'tensors.names': () => ({ names: many.map((row) => row.name) }),
  });
  const { store } = await opened(client);
  await store.getState().selectAll();
  expect(store.getState().totals).toEqual({
    count: 1155,
    byteLength: 1155 * 135_790_592,
    elements: 22_846_849_536,
  });
});

test('a tensor that the cursor reached before its page is taken when the page comes', async () => {
  const many = Array.from({ length: 1000 }, (_, index) => tensorRow(`t${index}`));
  const client = sampleClient();
  client.answer({ 'tensors.page': pagesOf(many) });
  const { store } = await opened(client);
  store.getState().moveCursor(999);
  expect(store.getState().selected.size).toBe(0);
  store.getState().needRows(970, 999);
  await vi.waitFor(() => expect([...store.getState().selected]).toEqual(['t999']));
});

test('copies the selection, or everything that matches', async () => {
  const { client, store } = await opened();
  const written: string[] = [];
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void written.push(text));
  client.answer({
    'tensors.copy': ({ names, format }) => ({
      text: `${format} ${names?.length ?? 'all'}`,
      count: names?.length ?? 9,
    }),
  });
  expect(await store.getState().copySelection()).toBe(true);
  store.getState().moveCursor(0);
  expect(await store.getState().copySelection()).toBe(true);
  expect(written).toEqual(['tsv all', 'tsv 1']);
  expect(store.getState().copied).toBe(1);
  expect(await store.getState().selectionText('python')).toBe('python 1');
});

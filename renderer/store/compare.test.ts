import { expect, test, vi } from 'vitest';
import { compareOptions } from '../../shared/compare/options.ts';
import { sampleClient } from '../testing/render-app.tsx';
import { runningJob } from '../testing/samples.ts';
import { tabStore } from '../testing/tab-store.ts';

const ABOUT = { filter: '', shown: 'all', sort: undefined } as const;

async function compared(total = 9) {
  const client = sampleClient();
  client.answer({
    'compare.start': () => runningJob(),
    'compare.page': () => ({ totalRows: total, tensorCount: total, offset: 0, rows: [], filterErrors: [] }),
    'compare.text': ({ rows }) => ({ text: rows?.join(' ') ?? 'all', count: 0 }),
  });
  const store = tabStore(client);
  await store.getState().open({ path: '/data/x' });
  await store.getState().compare(compareOptions.parse({ a: { path: '/data/a' }, b: { path: '/data/b' } }));
  store.getState().needCompared(ABOUT, 0, 20);
  await vi.waitFor(() => expect(store.getState().compared.total).toBe(total));
  return { client, store };
}

test('rows of a comparison: one, one more, a range from there, all, and one again', async () => {
  const { store } = await compared();
  const { moveCompared, selectAllCompared, clearCompared, compareText } = store.getState();
  const selected = () => [...store.getState().comparedSelected].join(' ');
  expect(await compareText('tsv')).toBe('all');
  moveCompared(6);
  expect(await compareText('tsv')).toBe('all');
  moveCompared(2, 'add');
  expect(await compareText('tsv')).toBe('2 6');
  expect(await compareText('tsv', 'every')).toBe('all');
  moveCompared(4, 'range');
  expect(await compareText('tsv')).toBe('2 3 4');
  moveCompared(0, 'range');
  expect(selected()).toBe('0 1 2');
  selectAllCompared();
  expect(store.getState().comparedSelected.size).toBe(9);
  expect(await compareText('tsv')).toBe('all');
  expect(clearCompared()).toBe(true);
  expect(selected()).toBe('0');
  expect(clearCompared()).toBe(false);
});

test('another order has other rows: none of those before stays selected', async () => {
  const { store } = await compared();
  store.getState().moveCompared(5);
  store.getState().moveCompared(7, 'range');
  store.getState().needCompared({ ...ABOUT, sort: { heading: 'name', descending: true } }, 0, 20);
  await vi.waitFor(() => expect(store.getState().compared.total).toBe(9));
  expect([...store.getState().comparedSelected]).toEqual([0]);
  store.getState().moveCompared(2, 'range');
  expect([...store.getState().comparedSelected]).toEqual([0, 1, 2]);
});

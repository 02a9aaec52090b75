import { expect, test, vi } from 'vitest';
import { fault, ShardscopeError } from '../../shared/errors.ts';
import type { TablePage } from '../../shared/table/page.ts';
import { sampleClient } from '../testing/render-app.tsx';
import { pagesOf, tensorRow } from '../testing/samples.ts';
import { tabStore } from '../testing/tab-store.ts';
import { PAGE_ROWS } from './table.ts';

const MANY = Array.from({ length: 5000 }, (_, index) => tensorRow(`model.layers.${index}.weight`));

async function opened() {
  const client = sampleClient();
  client.answer({ 'tensors.page': pagesOf(MANY) });
  const store = tabStore(client);
  await store.getState().open({ path: '/data/x' });
  await vi.waitFor(() => expect(store.getState().tableState).toBe('ready'));
  return { client, store };
}

test('fetches the page in sight, once, and pages scrolled to', async () => {
  const { client, store } = await opened();
  const offsets = () => client.inputsOf('tensors.page').map((input) => input.offset);
  expect(offsets()).toEqual([0]);
  store.getState().needRows(10, 90);
  expect(offsets()).toEqual([0]);
  store.getState().needRows(2390, 2430);
  store.getState().needRows(2391, 2431);
  expect(offsets()).toEqual([0, 2200, 2400]);
  await vi.waitFor(() => expect(store.getState().rowAt(2400)).toBeDefined());
  expect(store.getState().rowAt(2400)?.name).toBe('model.layers.2400.weight');
  expect(store.getState().rowAt(3000)).toBeUndefined();
});

test('a new filter drops answers to the old one', async () => {
  const { client, store } = await opened();
  const late: ((page: TablePage) => void)[] = [];
  client.answer({ 'tensors.page': () => new Promise((resolve) => late.push(resolve)) });
  store.getState().setFilter('old');
  store.getState().setFilter('new');
  const page = pagesOf([tensorRow('new.weight')])({
    checkpoint: '',
    filter: 'new',
    offset: 0,
    limit: PAGE_ROWS,
  });
  late[1]?.(page);
  late[0]?.({ ...page, totalRows: 77 });
  await vi.waitFor(() => expect(store.getState().tableState).toBe('ready'));
  await Promise.resolve();
  expect(store.getState().rows.totalRows).toBe(1);
});

test('the old rows stay in sight until new ones are there', async () => {
  const { client, store } = await opened();
  client.answer({ 'tensors.page': () => new Promise(() => {}) });
  store.getState().setFilter('w2');
  expect(store.getState().tableState).toBe('loading');
  expect(store.getState().rowAt(0)?.name).toBe('model.layers.0.weight');
});

test('opens the path again when the engine forgot the handle', async () => {
  const { client, store } = await opened();
  let forgotten = true;
  client.answer({
    'tensors.page': (query) => {
      if (forgotten) throw new ShardscopeError(fault('API_NOT_OPEN', 'not open', 'Open the path again.'));
      return pagesOf(MANY)(query);
    },
    'checkpoint.open': async () => {
      forgotten = false;
      return { ...(await sampleClient().call('checkpoint.open', { path: '/data/x' })), id: '1'.repeat(32) };
    },
  });
  store.getState().setFilter('layers.7');
  await vi.waitFor(() => expect(store.getState().checkpoint?.id).toBe('1'.repeat(32)));
  await vi.waitFor(() => expect(store.getState().tableState).toBe('ready'));
  expect(store.getState().ask.filter).toBe('layers.7');
  expect(store.getState().rowAt(0)?.name).toBe('model.layers.7.weight');
});

test('toggling a group keeps the place and asks again', async () => {
  const { client, store } = await opened();
  store.getState().needRows(2390, 2430);
  await vi.waitFor(() => expect(store.getState().rowAt(2400)).toBeDefined());
  const before = store.getState().scrollReset;
  store.getState().toggleGroup('model.layers');
  expect(client.inputsOf('tensors.page').at(-1)).toMatchObject({ offset: 2400, toggled: ['model.layers'] });
  expect(store.getState().scrollReset).toBe(before);
  store.getState().toggleGroup('model.layers');
  expect(store.getState().ask.toggled).toEqual([]);
});

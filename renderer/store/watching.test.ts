import { expect, test, vi } from 'vitest';
import type { FileChanges } from '../../shared/file-changes.ts';
import { NAMES, sampleClient } from '../testing/render-app.tsx';
import { tabStore } from '../testing/tab-store.ts';

const NONE = { count: 0, names: [] };

function changesOf(digest: string, added: readonly string[] = []): FileChanges {
  return {
    digest,
    added: { count: added.length, names: added },
    removed: NONE,
    changed: NONE,
    gone: false,
  };
}

async function opened() {
  const client = sampleClient();
  const tell: ((changes: FileChanges) => void)[] = [];
  client.answer({ 'checkpoint.changes': () => new Promise((resolve) => tell.push(resolve)) });
  const store = tabStore(client);
  await store.getState().open({ path: '/data/x' });
  const told = async (changes: FileChanges) => {
    const before = tell.length;
    tell.at(-1)?.(changes);
    await vi.waitFor(() => expect(tell.length).toBe(before + 1));
  };
  return { client, store, told };
}

test('changes are told one after the other, each beside what is known; none when all is as before', async () => {
  const { client, store, told } = await opened();
  await told(changesOf('a', ['new.safetensors']));
  expect(store.getState().fileChanges?.added.names).toEqual(['new.safetensors']);
  expect(client.inputsOf('checkpoint.changes').map(({ known }) => known)).toEqual(['', 'a']);
  store.getState().dismissFileChanges();
  expect(store.getState().fileChanges).toBeUndefined();
  await told(changesOf('b', ['new.safetensors', 'newer.safetensors']));
  expect(store.getState().fileChanges?.added.count).toBe(2);
  await told(changesOf(''));
  expect(store.getState().fileChanges).toBeUndefined();
  expect(client.inputsOf('checkpoint.open')).toHaveLength(1);
});

test('reading again keeps view, filter and what of the selection is still there', async () => {
  const { client, store, told } = await opened();
  store.getState().showView('tensors');
  store.getState().setFilter('wo');
  const [kept = '', gone = ''] = NAMES;
  store.setState({ selected: new Set([kept, gone]) });
  await told(changesOf('a', ['new.safetensors']));
  client.answer({ 'tensors.names': () => ({ names: NAMES.filter((name) => name !== gone) }) });
  await store.getState().reopen();
  expect(store.getState()).toMatchObject({ view: 'tensors', ask: { filter: 'wo' }, fileChanges: undefined });
  await vi.waitFor(() => expect([...store.getState().selected]).toEqual([kept]));
});

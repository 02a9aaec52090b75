import { expect, test, vi } from 'vitest';
import { parseAddress } from '../address.ts';
import { sampleClient } from '../testing/render-app.tsx';
import { activeTab, addressOfTab, MOST_TABS, shownTabs } from './tabs.ts';
import { createWorkspace } from './workspace.ts';

async function twoTabs() {
  const client = sampleClient();
  const workspace = createWorkspace(client);
  const first = activeTab(workspace.getState());
  await first.store.getState().open({ path: '/data/a' });
  workspace.getState().openInTab('/data/b');
  const second = activeTab(workspace.getState());
  await vi.waitFor(() => expect(second.store.getState().checkpoint?.path).toBe('/data/b'));
  const ids = () => workspace.getState().tabs.map(({ id }) => id);
  return { client, workspace, first, second, ids };
}

test('a tab is a store of its own; jobs are the window’s', async () => {
  const { workspace, first, second } = await twoTabs();
  first.store.getState().setFilter('wo');
  expect(second.store.getState().ask.filter).toBe('');
  expect(first.store.getState().checkpoint?.path).toBe('/data/a');
  expect('jobs' in first.store.getState()).toBe(false);
  expect(workspace.getState().jobs).toEqual([]);
});

test('a path is opened where nothing is, else in a tab behind or before', async () => {
  const client = sampleClient();
  const workspace = createWorkspace(client);
  workspace.getState().openInTab('/data/a');
  expect(workspace.getState().tabs).toHaveLength(1);
  workspace.getState().openInTab('/data/b', { behind: true });
  const [a, b] = workspace.getState().tabs;
  expect(workspace.getState().active).toBe(a?.id);
  expect(b && addressOfTab(b).path).toBe('/data/b');
  expect(client.inputsOf('checkpoint.open')).toEqual([{ path: '/data/a' }]);
  workspace.getState().showTab(b?.id ?? '');
  await vi.waitFor(() =>
    expect(client.inputsOf('checkpoint.open')).toEqual([{ path: '/data/a' }, { path: '/data/b' }]),
  );
});

test('closing lets go of the checkpoint and goes to the neighbour; the last tab only becomes empty', async () => {
  const { client, workspace, first, second } = await twoTabs();
  workspace.getState().closeTab(second.id);
  expect(workspace.getState().active).toBe(first.id);
  expect(client.inputsOf('checkpoint.close')).toHaveLength(1);
  client.emit({ type: 'opening', path: '/data/b', filesRead: 1, filesTotal: 2 });
  expect(second.store.getState().opening).toBeUndefined();
  workspace.getState().closeTab(first.id);
  expect(workspace.getState().tabs).toHaveLength(1);
  expect(first.store.getState().checkpoint).toBeUndefined();
  expect(client.inputsOf('checkpoint.close')).toHaveLength(2);
});

test('two side by side, as long as one of them is active; closing one ends it', async () => {
  const { workspace, first, second } = await twoTabs();
  workspace.getState().showBeside(first.id);
  const shown = () => shownTabs(workspace.getState()).map(({ id }) => id);
  expect(shown()).toEqual([second.id, first.id]);
  workspace.getState().addTab();
  const third = workspace.getState().active;
  expect(shown()).toEqual([third]);
  workspace.getState().showTab(second.id);
  expect(shown()).toEqual([second.id, first.id]);
  workspace.getState().closeTab(second.id);
  expect(workspace.getState()).toMatchObject({ pair: undefined, active: first.id });
});

test('no more than a window can show, with a sentence why', async () => {
  const { workspace } = await twoTabs();
  for (let count = 2; count <= MOST_TABS; count++) workspace.getState().addTab();
  expect(workspace.getState().tabs).toHaveLength(MOST_TABS);
  expect(workspace.getState().tabFault?.message).toBe('16 tabs are open, as many as one window has');
  workspace.getState().closeTab(workspace.getState().active);
  expect(workspace.getState().tabFault).toBeUndefined();
});

test('tabs of the last visit open when they are looked at; new ones have ids of their own', async () => {
  const client = sampleClient();
  const workspace = createWorkspace(client);
  workspace.getState().restoreTabs({
    active: '7',
    tabs: [
      { id: '3', address: parseAddress('#/tensors?path=/data/a&filter=wo') },
      { id: '7', address: parseAddress('#/files?path=/data/b') },
    ],
  });
  expect(client.inputsOf('checkpoint.open')).toEqual([]);
  workspace.getState().showTab('3');
  const { store } = activeTab(workspace.getState());
  await vi.waitFor(() => expect(store.getState()).toMatchObject({ arriving: false, view: 'tensors' }));
  expect(store.getState().ask.filter).toBe('wo');
  expect(client.inputsOf('checkpoint.open')).toEqual([{ path: '/data/a' }]);
  workspace.getState().addTab();
  expect(workspace.getState().active).toBe('8');
});

test('a path that a tab has is shown there, as it is on disk now', async () => {
  const { client, workspace, first, ids } = await twoTabs();
  workspace.getState().showPath('/data/a');
  expect(workspace.getState().active).toBe(first.id);
  expect(ids()).toHaveLength(2);
  await vi.waitFor(() => expect(client.inputsOf('checkpoint.open').at(-1)).toEqual({ path: '/data/a' }));
});

test('tabs are moved', async () => {
  const { workspace, first, second, ids } = await twoTabs();
  workspace.getState().moveTab(second.id, 0);
  expect(ids()).toEqual([second.id, first.id]);
});

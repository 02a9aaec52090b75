// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followAddress } from './follow-address.ts';
import { activeTab } from './store/tabs.ts';
import { createWorkspace } from './store/workspace.ts';
import { sampleClient } from './testing/render-app.tsx';

let stop = () => {};
beforeEach(() => window.history.replaceState(null, '', '#'));
afterEach(() => stop());

test('a reload opens the same place', async () => {
  window.history.replaceState(null, '', '#/tensors?path=/data/x&filter=w2&layout=flat&sort=-size');
  const client = sampleClient();
  const workspace = createWorkspace(client);
  const { store } = activeTab(workspace.getState());
  stop = followAddress(workspace);
  await vi.waitFor(() => expect(store.getState().ask.filter).toBe('w2'));
  expect(client.inputsOf('checkpoint.open')).toEqual([{ path: '/data/x' }]);
  expect(store.getState()).toMatchObject({
    view: 'tensors',
    ask: { view: 'flat', sort: { column: 'size', descending: true } },
  });
});

test('what is done is written to the hash; going back brings it back', async () => {
  const workspace = createWorkspace(sampleClient());
  const { store } = activeTab(workspace.getState());
  stop = followAddress(workspace);
  await store.getState().open({ path: '/data/x' });
  await vi.waitFor(() => expect(window.location.hash).toBe('#/summary?path=%2Fdata%2Fx'));
  store.getState().showView('tensors');
  store.getState().setFilter('norm');
  expect(window.location.hash).toBe('#/tensors?path=%2Fdata%2Fx&filter=norm');
  window.history.replaceState(null, '', '#/summary?path=%2Fdata%2Fx');
  window.dispatchEvent(new PopStateEvent('popstate'));
  await vi.waitFor(() => expect(store.getState()).toMatchObject({ view: 'summary', ask: { filter: '' } }));
});

test('a path that is refused stays in the address, to be tried again', async () => {
  const client = sampleClient();
  client.answer({
    'checkpoint.open': () => {
      throw new Error('gone');
    },
  });
  window.history.replaceState(null, '', '#/tensors?path=/data/gone');
  const workspace = createWorkspace(client);
  const { store } = activeTab(workspace.getState());
  stop = followAddress(workspace);
  await vi.waitFor(() => expect(store.getState().openFault?.fault.code).toBe('INTERNAL'));
  expect(window.location.hash).toContain('gone');
});

test('an entry names its tab: going back shows that tab, and opens it again when it was closed', async () => {
  const workspace = createWorkspace(sampleClient());
  const { id: first, store } = activeTab(workspace.getState());
  stop = followAddress(workspace);
  await store.getState().open({ path: '/data/x' });
  workspace.getState().openInTab('/data/y');
  const second = workspace.getState().active;
  await vi.waitFor(() => expect(window.location.hash).toBe('#/summary?path=%2Fdata%2Fy'));
  expect(window.history.state).toEqual({ tab: second });
  workspace.getState().showTab(first);
  expect(window.location.hash).toBe('#/summary?path=%2Fdata%2Fx');
  workspace.getState().closeTab(second);

  window.history.replaceState({ tab: second }, '', '#/files?path=/data/y');
  window.dispatchEvent(new PopStateEvent('popstate'));
  const back = activeTab(workspace.getState());
  expect(back.id).toBe(second);
  await vi.waitFor(() =>
    expect(back.store.getState()).toMatchObject({ view: 'files', checkpoint: { path: '/data/y' } }),
  );
  expect(workspace.getState().tabs).toHaveLength(2);
});

import { expect, test, vi } from 'vitest';
import { keepTabs, keptTabs } from './keep-tabs.ts';
import { noMemory } from './memory.ts';
import { activeTab } from './store/tabs.ts';
import { createWorkspace } from './store/workspace.ts';
import { sampleClient } from './testing/render-app.tsx';

/** A window with two tabs, remembered. */
async function window() {
  const memory = { own: noMemory(), shared: noMemory(), key: 'tabs', isNew: false };
  const workspace = createWorkspace(sampleClient());
  const stop = keepTabs(workspace, memory);
  const first = activeTab(workspace.getState());
  await first.store.getState().open({ path: '/data/a' });
  first.store.getState().setFilter('wo');
  workspace.getState().openInTab('/data/b', { behind: true });
  return { memory, workspace, first, stop };
}

const places = (kept: ReturnType<typeof keptTabs>) =>
  kept?.tabs.map(({ address: { path, filter } }) => [path, filter]);

test('a reload has the window’s own tabs, the next visit those of the last', async () => {
  const { memory } = await window();
  expect(places(keptTabs(memory))).toEqual([
    ['/data/a', 'wo'],
    ['/data/b', ''],
  ]);
  const another = { ...memory, own: noMemory() };
  expect(keptTabs(another)?.tabs).toHaveLength(2);
  expect(keptTabs({ ...another, isNew: true })).toBeUndefined();
  expect(keptTabs({ ...another, key: 'tabs.2' })).toBeUndefined();
});

test('a tab on its way to another place is remembered where it was', async () => {
  const { memory, first, workspace } = await window();
  void first.store.getState().goTo({ view: 'files', filter: '', layout: 'tree', path: '/data/c' });
  workspace.getState().showBeside(workspace.getState().tabs[1]?.id);
  expect(places(keptTabs(memory))?.[0]).toEqual(['/data/a', 'wo']);
  await vi.waitFor(() => expect(places(keptTabs(memory))?.[0]).toEqual(['/data/c', '']));
  expect(keptTabs(memory)?.pair).toEqual(workspace.getState().pair);
});

test.each([['text'], [7], [{ tabs: 'no list', active: '1' }], [{ tabs: [[1, 2]], active: '1' }], [null]])(
  'what storage has of something else counts as nothing: %j',
  (stored) => {
    const own = noMemory();
    own.write('tabs', stored);
    expect(keptTabs({ own, shared: own, key: 'tabs', isNew: false })).toBeUndefined();
  },
);

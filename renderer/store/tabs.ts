import { type Fault, fault } from '../../shared/errors.ts';
import type { Address } from '../address.ts';
import type { AppStore } from './app-store.ts';
import { addressOf } from './place.ts';
import type { WorkspaceContext, WorkspaceStore } from './workspace.ts';

/** A window with more cannot tell them apart any more, and each keeps a checkpoint open in the engine. */
export const MOST_TABS = 16;

const TOO_MANY = fault(
  'API_BUSY',
  `${MOST_TABS} tabs are open, as many as one window has`,
  'Close one that is not needed any more.',
);

/** A checkpoint with all that its views show: a store of its own. */
export interface Tab {
  readonly id: string;
  readonly store: AppStore;
  /** Where the tab was in an earlier visit. Its checkpoint is opened when it is first looked at. */
  readonly before?: Address;
}

/** A window's tabs as they are remembered. */
export interface KeptTabs {
  readonly active: string;
  readonly pair?: readonly [string, string] | undefined;
  readonly tabs: readonly { readonly id: string; readonly address: Address }[];
}

/** The tabs of the window. There is always one, and one that is active: it has the address bar and the keyboard. */
export interface TabsSlice {
  readonly tabs: readonly Tab[];
  readonly active: string;
  /** Two tabs that are shown side by side while one of them is active, the left one first. */
  readonly pair: readonly [string, string] | undefined;
  /** A tensor that is selected in one of the two is selected in the other, too. */
  readonly linked: boolean;
  /** Why no more tabs can be added. */
  readonly tabFault: Fault | undefined;
  /** Adds a tab beside the active one and shows it (`behind`: leaves it for later). Refused beyond the limit. */
  addTab(address?: Address, options?: { readonly behind?: boolean; readonly id?: string }): void;
  /** Opens a path in a tab of its own; in this one, while nothing is open in it. */
  openInTab(path: string, options?: { readonly behind?: boolean }): void;
  /** Shows the tab that has a path, as it is on disk now; opens one where none has it. */
  showPath(path: string): void;
  /** Shows a tab, at an address when one is given. */
  showTab(id: string, address?: Address): void;
  closeTab(id: string): void;
  moveTab(id: string, to: number): void;
  /** Shows a tab to the right of the active one; a new one when none is named. */
  showBeside(id?: string): void;
  endPair(): void;
  linkSelections(linked: boolean): void;
  dismissTabFault(): void;
  restoreTabs(kept: KeptTabs): void;
}

export function tabsSlice({ set, get, memory }: WorkspaceContext, createStore: () => AppStore): TabsSlice {
  let last = 0;
  const newTab = (before?: Address, id = String(++last)): Tab => ({
    id,
    store: createStore(),
    ...(before && { before }),
  });
  const place = (id: string) => get().tabs.findIndex((tab) => tab.id === id);
  const activeStore = () => activeTab(get()).store;

  const first = newTab();
  return {
    tabs: [first],
    active: first.id,
    pair: undefined,
    linked: memory.read('linked', false),
    tabFault: undefined,

    addTab(address, { behind = false, id } = {}) {
      const { tabs, active } = get();
      if (tabs.length >= MOST_TABS) return set({ tabFault: TOO_MANY });
      const tab = newTab(address, id);
      set({ tabFault: undefined, tabs: tabs.toSpliced(place(active) + 1, 0, tab) });
      if (!behind) get().showTab(tab.id);
    },
    openInTab(path, { behind = false } = {}) {
      const { checkpoint, opening } = activeStore().getState();
      if (!checkpoint && !opening && !behind) return void activeStore().getState().open({ path });
      get().addTab({ view: 'summary', filter: '', layout: 'tree', path }, { behind });
    },
    showPath(path) {
      const tab = get().tabs.find((one) => addressOfTab(one).path === path);
      if (tab === undefined) return get().openInTab(path);
      get().showTab(tab.id);
      if (!tab.before) void tab.store.getState().reopen();
    },
    showTab(id, address) {
      const tab = get().tabs[place(id)];
      if (tab === undefined) return;
      const target = address ?? tab.before;
      // Before it is shown, so that the address bar waits until the tab is there.
      if (target) void tab.store.getState().goTo(target);
      set({ active: id, tabs: get().tabs.map((one) => (one === tab ? { id, store: tab.store } : one)) });
    },
    closeTab(id) {
      const at = place(id);
      const { tabs, active, pair } = get();
      const tab = tabs[at];
      if (tab === undefined) return;
      if (tabs.length === 1) return tab.store.getState().closeCheckpoint();
      if (pair?.includes(id)) set({ pair: undefined });
      const other = pair?.includes(id) ? pair.find((one) => one !== id) : undefined;
      if (active === id) get().showTab(other ?? (tabs[at + 1] ?? tabs[at - 1] ?? tab).id);
      set({ tabs: get().tabs.filter((one) => one.id !== id), tabFault: undefined });
      tab.store.getState().end();
    },
    moveTab(id, to) {
      const tab = get().tabs[place(id)];
      if (tab)
        set({
          tabs: get()
            .tabs.filter((one) => one !== tab)
            .toSpliced(to, 0, tab),
        });
    },
    showBeside(id) {
      const { active } = get();
      if (id === undefined) {
        get().addTab();
        if (get().active !== active) set({ pair: [active, get().active] });
      } else if (id !== active && place(id) >= 0) {
        get().showTab(id);
        set({ pair: [active, id] });
      }
    },
    endPair: () => set({ pair: undefined }),
    linkSelections(linked) {
      set({ linked });
      memory.write('linked', linked);
    },
    dismissTabFault: () => set({ tabFault: undefined }),
    restoreTabs({ tabs, active, pair }) {
      const restored = tabs.slice(0, MOST_TABS).map(({ id, address }) => newTab(address, id));
      const [only] = restored;
      if (only === undefined) return;
      last = Math.max(...restored.map(({ id }) => Number(id) || 0), last);
      const known = (id: string) => restored.some((tab) => tab.id === id);
      set({
        tabs: restored,
        active: known(active) ? active : only.id,
        pair: pair?.every(known) ? pair : undefined,
      });
    },
  };
}

export function activeTab({ tabs, active }: TabsSlice): Tab {
  const tab = tabs.find(({ id }) => id === active) ?? tabs[0];
  if (tab === undefined) throw new Error('a window has one tab at least');
  return tab;
}

/** The tabs that are shown: the pair while one of it is active, else the active one. */
export function shownTabs(state: TabsSlice): readonly Tab[] {
  const { tabs, active, pair } = state;
  if (!pair?.includes(active)) return [activeTab(state)];
  return pair.flatMap((id) => tabs.find((tab) => tab.id === id) ?? []);
}

/** Where a tab is, or will be when it is first looked at. */
export function addressOfTab({ store, before }: Tab): Address {
  return before ?? addressOf(store.getState());
}

/** Listens to the window and to every tab that it has, now and later. Returns the undo. */
export function listenToTabs(workspace: WorkspaceStore, listener: () => void): () => void {
  const heard = new Map<Tab['store'], () => void>();
  const follow = () => {
    const stores = new Set(workspace.getState().tabs.map((tab) => tab.store));
    for (const store of stores) if (!heard.has(store)) heard.set(store, store.subscribe(listener));
    for (const [store, stop] of heard) {
      if (stores.has(store)) continue;
      stop();
      heard.delete(store);
    }
  };
  follow();
  const stop = workspace.subscribe(() => {
    follow();
    listener();
  });
  return () => {
    stop();
    for (const stopOne of heard.values()) stopOne();
  };
}

import { formatAddress, parseAddress } from './address.ts';
import type { Memory } from './memory.ts';
import { addressOfTab, type KeptTabs, listenToTabs, type Tab } from './store/tabs.ts';
import type { WorkspaceStore } from './store/workspace.ts';

/** As they are written: addresses as in the address bar. */
interface StoredTabs {
  readonly active: string;
  readonly pair?: readonly [string, string];
  readonly tabs: readonly (readonly [id: string, hash: string])[];
}

export interface TabMemory {
  /** The window's own, which a reload keeps. */
  readonly own: Memory;
  /** Of all windows, for the next visit. */
  readonly shared: Memory;
  /** Name of this window's tabs in the shared memory. */
  readonly key: string;
  /** A window that begins with nothing, whatever is remembered under its name. */
  readonly isNew: boolean;
}

/** The tabs that this window had; those of the last visit where it is a new one. */
export function keptTabs({ own, shared, key, isNew }: TabMemory): KeptTabs | undefined {
  const stored =
    own.read<StoredTabs | undefined>('tabs', undefined) ??
    (isNew ? undefined : shared.read<StoredTabs | undefined>(key, undefined));
  if (!isStored(stored)) return undefined;
  const { active, pair, tabs } = stored;
  return { active, pair, tabs: tabs.map(([id, hash]) => ({ id, address: parseAddress(hash) })) };
}

/** Remembers the window's tabs until the returned function is called. */
export function keepTabs(workspace: WorkspaceStore, { own, shared, key }: TabMemory): () => void {
  let last = '';
  const hashes = new Map<string, string>();
  const hashOf = (tab: Tab) => {
    const { arriving, opening } = tab.store.getState();
    const known = hashes.get(tab.id);
    // On the way to another place it is still at the last one.
    if (known !== undefined && (arriving || opening)) return known;
    const hash = formatAddress(addressOfTab(tab));
    hashes.set(tab.id, hash);
    return hash;
  };
  const keep = () => {
    const { tabs, active, pair } = workspace.getState();
    const stored: StoredTabs = {
      active,
      ...(pair && { pair }),
      tabs: tabs.map((tab) => [tab.id, hashOf(tab)]),
    };
    const text = JSON.stringify(stored);
    if (text === last) return;
    last = text;
    own.write('tabs', stored);
    shared.write(key, stored);
  };
  const stop = listenToTabs(workspace, keep);
  keep();
  return stop;
}

/** What storage has may be of another version, or anybody's. */
function isStored(stored: StoredTabs | undefined): stored is StoredTabs {
  return (
    typeof stored === 'object' &&
    stored !== null &&
    typeof stored.active === 'string' &&
    Array.isArray(stored.tabs) &&
    stored.tabs.every((tab) => Array.isArray(tab) && tab.every((part) => typeof part === 'string'))
  );
}

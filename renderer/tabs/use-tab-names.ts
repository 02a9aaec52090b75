import { useCallback, useRef, useSyncExternalStore } from 'react';
import { addressOfTab, listenToTabs, type Tab } from '../store/tabs.ts';
import { useWorkspaceStore } from '../store/workspace.ts';
import { tabNames } from './tab-names.ts';

interface TabName {
  readonly name: string;
  readonly path: string | undefined;
}

/** What the tabs are called, and where they are; one list as long as that stays, whatever else is chosen in them. */
export function useTabNames(tabs: readonly Tab[]): readonly TabName[] {
  const workspace = useWorkspaceStore();
  const kept = useRef<{ readonly key: string; readonly names: readonly TabName[] }>(undefined);
  const subscribe = useCallback((listener: () => void) => listenToTabs(workspace, listener), [workspace]);
  return useSyncExternalStore(subscribe, () => {
    const addresses = tabs.map(addressOfTab);
    const names = tabNames(addresses).map((name, index) => ({ name, path: addresses[index]?.path }));
    const key = JSON.stringify(names);
    if (kept.current?.key !== key) kept.current = { key, names };
    return kept.current.names;
  });
}

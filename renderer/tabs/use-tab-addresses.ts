import { useCallback, useRef, useSyncExternalStore } from 'react';
import { type Address, formatAddress } from '../address.ts';
import { addressOfTab, listenToTabs, type Tab } from '../store/tabs.ts';
import { useWorkspaceStore } from '../store/workspace.ts';

/** Where each tab is; one list as long as none of them goes elsewhere. */
export function useTabAddresses(tabs: readonly Tab[]): readonly Address[] {
  const workspace = useWorkspaceStore();
  const kept = useRef<{ readonly key: string; readonly addresses: readonly Address[] }>(undefined);
  const subscribe = useCallback((listener: () => void) => listenToTabs(workspace, listener), [workspace]);
  return useSyncExternalStore(subscribe, () => {
    const addresses = tabs.map(addressOfTab);
    const key = addresses.map(formatAddress).join('\n');
    if (kept.current?.key !== key) kept.current = { key, addresses };
    return kept.current.addresses;
  });
}

import type { Client } from '../../shared/calls.ts';
import type { Memory } from '../memory.ts';
import type { AppStore } from '../store/app-store.ts';
import { activeTab } from '../store/tabs.ts';
import { createWorkspace } from '../store/workspace.ts';

/** The store of the one tab of a new window. */
export function tabStore(client: Client, memory?: Memory): AppStore {
  return activeTab(createWorkspace(client, memory).getState()).store;
}

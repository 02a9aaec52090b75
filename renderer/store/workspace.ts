import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Client } from '../../shared/calls.ts';
import { type Memory, noMemory } from '../memory.ts';
import { createAppStore } from './app-store.ts';
import { type DialogsSlice, dialogsSlice } from './dialogs.ts';
import { type HostSlice, hostSlice } from './host.ts';
import { type JobsSlice, jobsSlice } from './jobs.ts';
import { type SettingsSlice, settingsSlice } from './settings.ts';
import { type TabsSlice, tabsSlice } from './tabs.ts';

/** What belongs to the window and not to one of its tabs; each tab has a store of its own (`app-store.ts`). */
export type WorkspaceState = HostSlice & JobsSlice & DialogsSlice & SettingsSlice & TabsSlice;
export type WorkspaceStore = StoreApi<WorkspaceState>;

export interface WorkspaceContext {
  readonly set: WorkspaceStore['setState'];
  readonly get: WorkspaceStore['getState'];
  readonly client: Client;
  readonly memory: Memory;
}

/** The window's state over an injected client, with one tab that has nothing open yet. */
export function createWorkspace(client: Client, memory: Memory = noMemory()): WorkspaceStore {
  return createStore<WorkspaceState>((set, get, workspace) => {
    const context = { set, get, client, memory };
    return {
      ...hostSlice(context),
      ...jobsSlice(context),
      ...dialogsSlice(context),
      ...settingsSlice(context),
      ...tabsSlice(context, () => createAppStore({ client, memory, workspace })),
    };
  });
}

export const WorkspaceProvider = createContext<WorkspaceStore | undefined>(undefined);

export function useWorkspaceStore(): WorkspaceStore {
  const workspace = useContext(WorkspaceProvider);
  if (workspace === undefined) throw new Error('WorkspaceProvider is missing around this component');
  return workspace;
}

/** Reads a part of the window's state; the component renders again when that part changes. */
export function useWorkspace<T>(select: (state: WorkspaceState) => T): T {
  return useStore(useWorkspaceStore(), select);
}

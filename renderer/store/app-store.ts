import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Client } from '../../shared/api.ts';
import { type Memory, noMemory } from '../memory.ts';
import { checkpointSlice } from './checkpoint.ts';
import { compareSlice } from './compare.ts';
import { detailSlice } from './detail.ts';
import { dialogsSlice } from './dialogs.ts';
import { draftSlice } from './draft.ts';
import { jobsSlice } from './jobs.ts';
import { layoutsSlice } from './layouts.ts';
import { placeSlice } from './place.ts';
import { ranksSlice } from './ranks.ts';
import { savesSlice } from './saves.ts';
import { selectionSlice } from './selection.ts';
import { settingsSlice } from './settings.ts';
import type { AppState } from './slice.ts';
import { strategiesSlice } from './strategies.ts';
import { tableSlice } from './table.ts';
import { valuesSlice } from './values.ts';

export type AppStore = StoreApi<AppState>;

/** The window's state over an injected client; nothing in it knows what the client talks through. */
export function createAppStore(client: Client, memory: Memory = noMemory()): AppStore {
  return createStore<AppState>((set, get) => {
    const context = { set, get, client, memory };
    return {
      ...placeSlice(context),
      ...checkpointSlice(context),
      ...tableSlice(context),
      ...selectionSlice(context),
      ...detailSlice(context),
      ...valuesSlice(context),
      ...jobsSlice(context),
      ...draftSlice(context),
      ...dialogsSlice(context),
      ...strategiesSlice(context),
      ...savesSlice(context),
      ...layoutsSlice(context),
      ...settingsSlice(context),
      ...ranksSlice(context),
      ...compareSlice(context),
    };
  });
}

export const StoreContext = createContext<AppStore | undefined>(undefined);

export function useAppStore(): AppStore {
  const store = useContext(StoreContext);
  if (store === undefined) throw new Error('StoreContext is missing around this component');
  return store;
}

/** Reads a part of the state; the component renders again when that part changes. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useAppStore(), select);
}

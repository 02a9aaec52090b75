import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Client } from '../../shared/calls.ts';
import type { Memory } from '../memory.ts';
import { checkpointSlice } from './checkpoint.ts';
import { compareSlice } from './compare.ts';
import { detailSlice } from './detail.ts';
import { draftSlice } from './draft.ts';
import { filesSlice } from './files.ts';
import { layoutsSlice } from './layouts.ts';
import { loadingSlice } from './loading.ts';
import { placeSlice } from './place.ts';
import { ranksSlice } from './ranks.ts';
import { reopening } from './reopening.ts';
import { savesSlice } from './saves.ts';
import { selectionSlice } from './selection.ts';
import type { AppState } from './slice.ts';
import { sortsSlice } from './sorts.ts';
import { stageSlice } from './stage.ts';
import { strategiesSlice } from './strategies.ts';
import { tableSlice } from './table.ts';
import { valuesSlice } from './values.ts';
import { watchingSlice } from './watching.ts';
import type { WorkspaceStore } from './workspace.ts';

export type AppStore = StoreApi<AppState>;

export interface TabOptions {
  readonly client: Client;
  readonly memory: Memory;
  readonly workspace: WorkspaceStore;
}

/** A tab's state over an injected client; nothing in it knows what the client talks through. */
export function createAppStore({ client, memory, workspace }: TabOptions): AppStore {
  const stops: (() => void)[] = [];
  const own: Client = {
    call: client.call,
    listen(listener) {
      const stop = client.listen(listener);
      stops.push(stop);
      return stop;
    },
  };
  return createStore<AppState>((set, get) => {
    const context = { set, get, client: reopening(own, get), memory, workspace };
    return {
      ...placeSlice(context),
      ...checkpointSlice(context),
      ...tableSlice(context),
      ...selectionSlice(context),
      ...detailSlice(context),
      ...valuesSlice(context),
      ...draftSlice(context),
      ...strategiesSlice(context),
      ...savesSlice(context),
      ...filesSlice(context),
      ...layoutsSlice(context),
      ...loadingSlice(context),
      ...ranksSlice(context),
      ...compareSlice(context),
      ...watchingSlice(context),
      ...sortsSlice(context),
      ...stageSlice(context),
      end() {
        for (const stop of stops) stop();
        get().cancelOpening();
        get().closeCheckpoint();
      },
    };
  });
}

export const StoreContext = createContext<AppStore | undefined>(undefined);

/** The store of the tab that the component is in. */
export function useAppStore(): AppStore {
  const store = useContext(StoreContext);
  if (store === undefined) throw new Error('StoreContext is missing around this component');
  return store;
}

/** Reads a part of the tab's state; the component renders again when that part changes. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useAppStore(), select);
}

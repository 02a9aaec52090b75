import type { StoreApi } from 'zustand/vanilla';
import type { Client } from '../../shared/calls.ts';
import type { Memory } from '../memory.ts';
import type { CheckpointSlice } from './checkpoint.ts';
import type { CompareSlice } from './compare.ts';
import type { DetailSlice } from './detail.ts';
import type { DraftSlice } from './draft.ts';
import type { FilesSlice } from './files.ts';
import type { LayoutsSlice } from './layouts.ts';
import type { LoadingSlice } from './loading.ts';
import type { PlaceSlice } from './place.ts';
import type { RanksSlice } from './ranks.ts';
import type { SavesSlice } from './saves.ts';
import type { SelectionSlice } from './selection.ts';
import type { SortsSlice } from './sorts.ts';
import type { StageSlice } from './stage.ts';
import type { StrategiesSlice } from './strategies.ts';
import type { TableSlice } from './table.ts';
import type { ValuesSlice } from './values.ts';
import type { WatchingSlice } from './watching.ts';
import type { WorkspaceStore } from './workspace.ts';

/** All state of a tab. Each slice is one file and calls the injected client only, never a transport. */
export type AppState = PlaceSlice &
  CheckpointSlice &
  TableSlice &
  SelectionSlice &
  DetailSlice &
  ValuesSlice &
  DraftSlice &
  StrategiesSlice &
  SavesSlice &
  FilesSlice &
  LayoutsSlice &
  LoadingSlice &
  RanksSlice &
  CompareSlice &
  SortsSlice &
  StageSlice &
  WatchingSlice & {
    /** The tab is closed: nothing of it is asked for or listened to any more. */
    end(): void;
  };

export interface SliceContext {
  readonly set: StoreApi<AppState>['setState'];
  readonly get: StoreApi<AppState>['getState'];
  readonly client: Client;
  readonly memory: Memory;
  /** The window that the tab is in. */
  readonly workspace: WorkspaceStore;
}

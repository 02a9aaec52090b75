import type { AbortSignalLike } from '../../shared/calls.ts';
import type { StrategySummary } from '../../shared/checkpoint.ts';
import type { ScenarioId } from '../../shared/loading/scenarios.ts';
import type { Wanted } from '../../shared/loading/target.ts';
import type { SliceContext } from './slice.ts';
import { activeTab } from './tabs.ts';

/** What is asked about loading: all of it but what a strategy file says, which has to be read first. */
export type LoadingAsk = Omit<Wanted, 'scenario' | 'dstStrategy'> & {
  readonly scenario?: ScenarioId | undefined;
  readonly dstStrategy?: string | undefined;
};

/** How the open checkpoint is to be loaded. */
export interface LoadingSlice {
  readonly loadingAsk: LoadingAsk;
  askLoading(part: LoadingAsk): void;
  readStrategy(path: string, signal: AbortSignalLike): Promise<StrategySummary>;
  /** Opens what a job wrote in a tab of its own, and says how to load it for the same scenario and layout. */
  loadResult(path: string): Promise<void>;
}

export function loadingSlice({ set, get, client, workspace }: SliceContext): LoadingSlice {
  return {
    loadingAsk: {},
    askLoading: (part) => set({ loadingAsk: { ...get().loadingAsk, ...part } }),
    readStrategy: (path, signal) => client.call('strategy.read', { path }, signal),
    async loadResult(path) {
      const { out: _, ...asked } = get().loadingAsk;
      workspace.getState().showPath(path);
      const { store } = activeTab(workspace.getState());
      await store.getState().goTo({ view: 'loading', filter: '', layout: 'tree', path });
      store.getState().askLoading(asked);
    },
  };
}

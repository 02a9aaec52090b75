import type { AbortSignalLike, Input } from '../../shared/api.ts';
import type { SavedStrategy } from '../../shared/strategy-options.ts';
import type { SliceContext } from './slice.ts';

export type StrategyFileForm = 'ckpt' | 'json';

/** Strategies that are written: the open one in another form, or a new one for a parallel layout. */
export interface StrategiesSlice {
  readonly strategyDialogShown: boolean;
  /** Form that the dialog begins with; the likely one when absent. */
  readonly strategyForm: StrategyFileForm | undefined;
  showStrategyDialog(shown: boolean, form?: StrategyFileForm): void;
  saveStrategy(input: Input<'strategy.save'>, signal?: AbortSignalLike): Promise<SavedStrategy>;
  authorStrategy(input: Input<'strategy.author'>, signal?: AbortSignalLike): Promise<SavedStrategy>;
}

export function strategiesSlice({ set, client }: SliceContext): StrategiesSlice {
  return {
    strategyDialogShown: false,
    strategyForm: undefined,
    showStrategyDialog: (strategyDialogShown, strategyForm) => set({ strategyDialogShown, strategyForm }),
    saveStrategy: (input, signal) => client.call('strategy.save', input, signal),
    authorStrategy: (input, signal) => client.call('strategy.author', input, signal),
  };
}

import type { Input } from '../../shared/api.ts';
import type { AbortSignalLike } from '../../shared/calls.ts';
import type { SavedStrategy } from '../../shared/strategy-options.ts';
import { takesStrategy } from './drafts.ts';
import type { SliceContext } from './slice.ts';

export type StrategyFileForm = 'ckpt' | 'json';

/** Strategies that are written: the open one in another form, or a new one for a parallel layout. */
export interface StrategiesSlice {
  readonly strategyDialogShown: boolean;
  /** Form that the dialog begins with; the likely one when absent. */
  readonly strategyForm: StrategyFileForm | undefined;
  showStrategyDialog(shown: boolean, form?: StrategyFileForm): void;
  /** Opens the checkpoint again with this strategy, which an open dialog then uses too. */
  nameStrategy(strategy: string): void;
  saveStrategy(input: Input<'strategy.save'>, signal?: AbortSignalLike): Promise<SavedStrategy>;
  authorStrategy(input: Input<'strategy.author'>, signal?: AbortSignalLike): Promise<SavedStrategy>;
}

export function strategiesSlice({ set, get, client }: SliceContext): StrategiesSlice {
  return {
    strategyDialogShown: false,
    strategyForm: undefined,
    showStrategyDialog: (strategyDialogShown, strategyForm) => set({ strategyDialogShown, strategyForm }),
    nameStrategy(strategy) {
      const { opened, open, draft, changeDraft } = get();
      if (opened === undefined) return;
      // The plan reads the checkpoint as it is then open; why it could not be is said there, too.
      void open({ ...opened, strategy }).then(
        () => draft && takesStrategy(draft) && changeDraft({ strategy }),
      );
    },
    saveStrategy: (input, signal) => client.call('strategy.save', input, signal),
    authorStrategy: (input, signal) => client.call('strategy.author', input, signal),
  };
}

import type { ComponentType } from 'react';
import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import type { AppState } from '../store/slice.ts';

/** A view of the open checkpoint: one file that exports one of these, and one line in `index.ts`. */
export interface View {
  /** In the address: `#/tensors`. */
  readonly id: string;
  readonly label: string;
  /** The letter that leads here behind `g`; no two views have the same. */
  readonly key?: string;
  readonly Main: ComponentType;
  /** Explains what is selected, in the right panel. */
  readonly Side?: ComponentType;
  /** Whether there is anything to explain, where the view itself says what is to be done first; always when absent. */
  readonly explains?: (state: AppState) => boolean;
  /** Whether nothing is selected, so that `Side` only says what to select: half of a small window has it when asked. */
  readonly nothingSelected?: (state: AppState) => boolean;
  /** false for a view that is reached from elsewhere: it is not in the list of the left panel. */
  readonly listed?: false;
  /** Shown beside the label. */
  readonly count?: (summary: CheckpointSummary) => string | undefined;
  /** Whether the view says anything about this checkpoint; always when absent. */
  readonly shown?: (summary: CheckpointSummary) => boolean;
}

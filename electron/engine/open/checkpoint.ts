import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import type { Fault } from '../../../shared/errors.ts';
import type { Model } from '../../../shared/model.ts';
import type { SideFile } from '../../../shared/plan/side-files.ts';
import type { Strategy } from '../../../shared/strategy/strategy.ts';

/** An opened path: what people are told (`summary`) and what jobs work with. No file is held open. */
export interface OpenCheckpoint {
  readonly summary: Omit<CheckpointSummary, 'id'>;
  readonly model: Model;
  readonly strategy?: Strategy;
  /** Configuration and tokenizer beside complete weights, which go with them. */
  readonly sideFiles?: readonly SideFile[];
  /**
   * What keeps jobs from using it: faults of weight files that cannot be read whole, parameters that went with
   * missing ranks. Also among the summary's problems.
   */
  readonly damaged: readonly Fault[];
  /** Folders that it was opened under: what jobs read beside it must lie in them, too. None means no limit. */
  readonly roots: readonly string[];
}

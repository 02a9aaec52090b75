import type { RedundancySummary } from '../../../shared/checkpoint.ts';
import type { Fault } from '../../../shared/errors.ts';
import { buildModel } from '../../../shared/model/build.ts';
import type { Model } from '../../../shared/model.ts';
import type { Strategy } from '../../../shared/strategy/strategy.ts';
import { lostFault } from './lost-tensors.ts';
import { mayLackParameters, redundancyOf } from './redundancy.ts';
import { ofRank, type WeightFiles } from './weight-files.ts';

/** What the rank files of one save come to. */
export interface SaveModel {
  readonly model: Model;
  readonly redundancy: RedundancySummary;
  /** Parameters that went with missing ranks. */
  readonly lost: Fault | undefined;
  /** What is wrong with files, and what is lost. */
  readonly damaged: readonly Fault[];
}

/** @param missingRanks ranks that the strategy names and the save lacks */
export function modelOfSave(
  { files, faults }: WeightFiles,
  strategy: Strategy | undefined,
  missingRanks: readonly number[],
): SaveModel {
  const model = buildModel(files, { complete: false, ...(strategy && { strategy }) });
  const redundancy = redundancyOf(model, strategy);
  const lost =
    strategy && lostFault(model, strategy, missingRanks, mayLackParameters(model, strategy, redundancy));
  const damaged = [...faults.map(({ fault, rank }) => ofRank(fault, rank)), ...(lost ? [lost] : [])];
  return { model, redundancy, lost, damaged };
}

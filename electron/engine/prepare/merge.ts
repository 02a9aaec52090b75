import { basename } from 'node:path';
import type { OptionsOf } from '../../../shared/job-options.ts';
import { castFacts } from '../../../shared/plan/cast.ts';
import { planMerge } from '../../../shared/plan/merge.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import {
  isComplete,
  loneRankWarnings,
  type Prepared,
  refuseUnusable,
  replicaWarnings,
  requireStrategy,
  sourceFacts,
  stepWord,
} from './prepared.ts';
import { addSideFiles } from './side-files.ts';

/**
 * Plans a merge of an opened checkpoint; complete weights are cut into other parts.
 *
 * @throws SG_NOT_FOUND without a strategy; the fault of a damaged rank file; what `planMerge` refuses
 */
export function prepareMerge(open: OpenCheckpoint, options: OptionsOf<'merge'>): Prepared {
  refuseUnusable(open);
  const complete = isComplete(open.summary);
  if (!complete) requireStrategy(open);
  const { names, maxShardBytes, filterOutParamPrefix, filterOutRegex, weightsOnly } = options;
  const { dtype, failOnOverflow } = options;
  const weights = planMerge(open.model, {
    ...{ names, maxShardBytes, filterOutParamPrefix, filterOutRegex, weightsOnly, complete },
    ...{ dtype, failOnOverflow },
  });
  const { plan, facts } = addSideFiles(weights, open, names, dtype);
  const sourceWarnings = [...replicaWarnings(open), ...loneRankWarnings(open)];
  const warnings = [...redundancyWarnings(open, options), ...sourceWarnings, ...plan.warnings];
  const step = stepWord(open);
  return {
    plan: { ...plan, warnings },
    facts: [...sourceFacts(open), ...castFacts(plan), ...facts],
    outName: step === undefined ? `${basename(open.summary.path)}_merged` : `merged_${step}`,
  };
}

function redundancyWarnings(
  { summary }: OpenCheckpoint,
  { hasRedundancy }: Pick<OptionsOf<'merge'>, 'hasRedundancy'>,
): string[] {
  const { state } = summary.redundancy;
  if (hasRedundancy === 'auto' || state === 'unknown' || state === 'none') return [];
  const truth = state === 'full' ? 'true' : 'false';
  if (hasRedundancy === truth) return [];
  return [`has_redundancy is ${truth} by the files themselves; ${hasRedundancy}, as asked for, is not used.`];
}

import { basename } from 'node:path';
import type { OptionsOf } from '../../../shared/job-options.ts';
import { planRename } from '../../../shared/plan/rename.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { configBeside } from './model-config.ts';
import {
  isComplete,
  loneRankWarnings,
  type Prepared,
  refuseUnusable,
  requireStrategy,
  sourceFacts,
} from './prepared.ts';
import { addSideFiles } from './side-files.ts';

/** Writes weights under Hugging Face's or MindSpore's names; config.json beside them says how heads are grouped. */
export function prepareRename(open: OpenCheckpoint, options: OptionsOf<'rename'>): Prepared {
  refuseUnusable(open);
  if (!isComplete(open.summary)) requireStrategy(open);
  const config = configBeside(open);
  const { to, qkvConcat, maxShardBytes } = options;
  const weights = planRename(open.model, { to, qkvConcat, maxShardBytes, ...(config && { config }) });
  const { plan, facts: sideFacts } = addSideFiles(weights, open, to);
  const facts = sourceFacts(open);
  facts.push(config ? `Heads and sizes from ${config.path}.` : 'There is no config.json beside the weights.');
  facts.push(...sideFacts);
  const warnings = [...loneRankWarnings(open), ...plan.warnings];
  return { plan: { ...plan, warnings }, facts, outName: `${basename(open.summary.path)}_${to}` };
}

import { refuse } from '../../../shared/errors.ts';
import type { OptionsOf } from '../../../shared/job-options.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { type Prepared, refuseUnusable } from './prepared.ts';

/** Writes each weight file in the other format. */
export async function prepareConvert(open: OpenCheckpoint, options: OptionsOf<'convert'>): Promise<Prepared> {
  refuseUnusable(open);
  return refuse('USAGE', `Converting to ${options.to} is not there yet.`, 'Wait for the next version.');
}

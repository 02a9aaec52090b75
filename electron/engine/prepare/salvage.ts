import { basename } from 'node:path';
import { planSalvage } from '../../../shared/plan/salvage.ts';
import { formatCount } from '../../../shared/text/units.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import type { Prepared } from './prepared.ts';

/** Writes the tensors that are wholly there of one file, under its name in the output folder. */
export async function prepareSalvage({ model }: OpenCheckpoint): Promise<Prepared> {
  const [file] = model.files;
  if (file === undefined) throw new RangeError('nothing was opened');
  const plan = planSalvage(file, basename(file.path));
  const whole = formatCount(plan.moves.length);
  return {
    plan,
    facts: [`${whole} of ${formatCount(file.header.tensors.length)} tensors are wholly there.`],
    outName: `${basename(file.path, '.safetensors')}_salvaged`,
  };
}

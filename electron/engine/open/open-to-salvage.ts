import { resolve } from 'node:path';
import { refuse, ShardscopeError } from '../../../shared/errors.ts';
import { buildModel } from '../../../shared/model/build.ts';
import type { OpenCheckpoint } from './checkpoint.ts';
import type { OpenContext } from './context.ts';
import { summarize } from './summary.ts';
import { readWeightFiles } from './weight-files.ts';

/**
 * Opens a safetensors file that was cut short by its header, to write what is left of it.
 *
 * @throws USAGE for a file that is whole; what reading it refuses; IO_*, CANCELLED
 */
export async function openToSalvage(path: string, context: OpenContext): Promise<OpenCheckpoint> {
  const { files, faults } = await readWeightFiles([{ path: resolve(path) }], context, { salvage: true });
  const [failed] = faults;
  if (failed && failed.fault.code !== 'ST_TRUNCATED') throw new ShardscopeError(failed.fault);
  if (!failed)
    refuse('USAGE', `${path} is not cut short: all of it is there`, 'Use it as it is.', { file: path });
  const model = buildModel(files, { complete: true });
  const summary = summarize({ path: resolve(path), kind: 'file', model, complete: true, problems: [] });
  return { summary, model, damaged: [], roots: context.roots ?? [] };
}

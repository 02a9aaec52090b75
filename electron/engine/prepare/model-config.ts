import { dirname, join } from 'node:path';
import { asFault, withFile } from '../../../shared/errors.ts';
import { type ModelConfig, readModelConfig } from '../../../shared/rename/config.ts';
import { MAX_CONFIG_BYTES } from '../open/model-type.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { readWholeAt } from '../open/read-files.ts';

/**
 * The config.json beside weights, which says how many heads there are; undefined where there is none.
 *
 * @throws API_FORBIDDEN where it is a link out of the roots; CP_CONFIG for what it says; IO_*
 */
export function configBeside({
  summary,
  roots,
}: OpenCheckpoint): (ModelConfig & { readonly path: string }) | undefined {
  const folder = summary.kind === 'file' ? dirname(summary.path) : summary.path;
  const path = join(folder, 'config.json');
  let bytes: Uint8Array;
  try {
    bytes = readWholeAt(path, MAX_CONFIG_BYTES, roots);
  } catch (error) {
    if (asFault(error).found === 'ENOENT') return undefined;
    throw error;
  }
  return { ...withFile(path, () => readModelConfig(bytes)), path };
}

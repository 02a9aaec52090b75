import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withFile } from '../../../shared/errors.ts';
import { type ModelConfig, readModelConfig } from '../../../shared/rename/config.ts';
import { errnoOf, readError } from '../errno.ts';
import type { OpenCheckpoint } from '../open/open.ts';

/** The config.json beside weights, which says how many heads there are; undefined where there is none. */
export async function configBeside({
  summary,
}: OpenCheckpoint): Promise<(ModelConfig & { readonly path: string }) | undefined> {
  const folder = summary.kind === 'file' ? dirname(summary.path) : summary.path;
  const path = join(folder, 'config.json');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw readError(error, path);
  }
  return { ...withFile(path, () => readModelConfig(bytes)), path };
}

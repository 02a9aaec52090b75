import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { withFile } from '../../../shared/errors.ts';
import type { OptionsOf } from '../../../shared/job-options.ts';
import { planRename } from '../../../shared/plan/rename.ts';
import { type ModelConfig, readModelConfig } from '../../../shared/rename/config.ts';
import { readError } from '../errno.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { isComplete, type Prepared, refuseUnusable, requireStrategy, sourceFacts } from './prepared.ts';

/** Writes weights under Hugging Face's or MindSpore's names; config.json beside them says how heads are grouped. */
export async function prepareRename(open: OpenCheckpoint, options: OptionsOf<'rename'>): Promise<Prepared> {
  refuseUnusable(open);
  if (!isComplete(open.summary)) requireStrategy(open);
  const config = await configBeside(open);
  const { to, qkvConcat, maxShardBytes } = options;
  const plan = planRename(open.model, { to, qkvConcat, maxShardBytes, ...(config && { config }) });
  const facts = sourceFacts(open);
  facts.push(config ? `Heads and sizes from ${config.path}.` : 'There is no config.json beside the weights.');
  return { plan, facts, outName: `${basename(open.summary.path)}_${to}` };
}

async function configBeside({
  summary,
}: OpenCheckpoint): Promise<(ModelConfig & { readonly path: string }) | undefined> {
  const folder = summary.kind === 'file' ? dirname(summary.path) : summary.path;
  const path = join(folder, 'config.json');
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw readError(error, path);
  }
  return { ...withFile(path, () => readModelConfig(bytes)), path };
}

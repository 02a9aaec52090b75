import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Input } from '../../shared/api.ts';
import { refuse } from '../../shared/errors.ts';
import type { SavedStrategy } from '../../shared/strategy-options.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { formatBytes, formatCount } from '../../shared/text/units.ts';
import { readError } from '../engine/errno.ts';
import type { StrategyOutputOptions, StrategyWriteOptions } from './commands/strategy.ts';
import { warningLine } from './job-words.ts';
import { absolute } from './paths.ts';
import { openSession } from './session.ts';
import type { Terminal } from './terminal.ts';

/** `strategy merge`: one file for all pipeline stages, as `ms.merge_pipeline_strategys` writes it. */
export async function strategyMerge(
  terminal: Terminal,
  source: string,
  destination: string,
  options: StrategyOutputOptions,
): Promise<number> {
  const path = resolve(source);
  const found = await stat(path).catch((error: unknown) => {
    throw readError(error, path);
  });
  if (!found.isDirectory())
    refuse(
      'USAGE',
      `${path} is a file: there is nothing to merge.`,
      'Name a folder of strategy files, or use "shardscope strategy convert".',
    );
  return strategyConvert(terminal, source, destination, options);
}

/** `strategy convert`: a strategy file in the form that the new name says; a folder's files are merged. */
export function strategyConvert(
  terminal: Terminal,
  source: string,
  destination: string,
  { overwrite, dryRun }: StrategyOutputOptions,
): Promise<number> {
  const input = { path: resolve(source), out: resolve(destination), overwrite, dryRun };
  return write(terminal, 'strategy.save', input);
}

/** `strategy write`: the strategy of a parallel configuration for a model that is there. */
export function strategyWrite(terminal: Terminal, options: StrategyWriteOptions): Promise<number> {
  const { model, strategy, optimizerShard, layersPerStage, out, ...rest } = options;
  return write(terminal, 'strategy.author', {
    ...rest,
    path: resolve(model),
    strategy: absolute(strategy),
    // Without a number: over all replicas.
    optimizerShard: optimizerShard === true ? -1 : optimizerShard,
    layersPerStage: layersPerStage && [...layersPerStage],
    out: resolve(out),
  });
}

async function write<M extends 'strategy.save' | 'strategy.author'>(
  terminal: Terminal,
  method: M,
  input: Input<M>,
): Promise<number> {
  const session = await openSession();
  try {
    const saved: SavedStrategy = await session.call(method, input);
    if (terminal.json) terminal.document(saved);
    else tell(terminal, saved, input.dryRun === true);
    return 0;
  } finally {
    await session.close();
  }
}

function tell(terminal: Terminal, saved: SavedStrategy, dryRun: boolean): void {
  const { out, files, sourceFiles, parameters, warnings } = saved;
  for (const warning of warnings) terminal.note(warningLine(warning));
  if (dryRun && saved.outExists) terminal.note(warningLine(`${out} exists already: add --overwrite.`));
  if (terminal.quiet) return;
  const count = (n: number, what: string) => `${formatCount(n)} ${what}${n === 1 ? '' : 's'}`;
  const from = sourceFiles === 0 ? '' : ` from ${count(sourceFiles, 'strategy file')}`;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const to = files.length === 1 ? '' : `, ${formatCount(files.length)} files`;
  terminal.print(
    `${dryRun ? 'Would write' : 'Wrote'} the layouts of ${count(parameters, 'parameter')}${from} to ${escapeText(out, 4096)}${to}, ${formatBytes(bytes)}.`,
  );
}

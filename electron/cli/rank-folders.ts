import { resolve } from 'node:path';
import type { RedundancyOptions, ReshardOptions, SliceOptions } from './commands/convert.ts';
import { copyInput } from './options.ts';
import { absolute } from './paths.ts';
import type { Terminal } from './terminal.ts';
import { writeInput, writeJob } from './write-job.ts';

/** `slice`: the rank folders of a strategy from complete weights. */
export function slice(terminal: Terminal, source: string, options: SliceOptions): Promise<number> {
  return writeJob(terminal, options, {
    job: 'slice',
    ...writeInput(source, options),
    dstStrategy: resolve(options.strategy),
    ...rankInput(options),
  });
}

/** `reshard`: the rank folders of one strategy from those of another. */
export function reshard(terminal: Terminal, source: string, options: ReshardOptions): Promise<number> {
  return writeJob(terminal, options, {
    job: 'reshard',
    ...writeInput(source, options),
    ...copyInput(options),
    strategy: absolute(options.srcStrategy),
    fileSuffix: options.fileSuffix,
    dstStrategy: resolve(options.dstStrategy),
    ...rankInput(options),
  });
}

function rankInput({ rank, removeRedundancy }: SliceOptions | ReshardOptions) {
  return { ranks: rank && [...rank], removeRedundancy };
}

/** `dedupe` and `restore`: the same rank folders with one copy of each slice, or with all of them. */
export function redundancy(
  terminal: Terminal,
  job: 'dedupe' | 'restore',
  source: string,
  options: RedundancyOptions,
): Promise<number> {
  return writeJob(terminal, options, {
    job,
    ...writeInput(source, options),
    ...copyInput(options),
    strategy: absolute(options.strategy),
    fileSuffix: options.fileSuffix,
  });
}

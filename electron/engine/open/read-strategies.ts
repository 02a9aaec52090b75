import { dirname } from 'node:path';
import { type Fault, withFile } from '../../../shared/errors.ts';
import {
  combineStrategies,
  mergeStrategyFiles,
  type NamedStrategy,
} from '../../../shared/strategy/combine.ts';
import { contradictingMerged } from '../../../shared/strategy/old-merged.ts';
import { readStrategyFile } from '../../../shared/strategy/read.ts';
import type { Strategy, StrategyFile } from '../../../shared/strategy/strategy.ts';
import { writeStrategy } from '../../../shared/strategy/write.ts';
import { nameList } from '../../../shared/text/name-list.ts';
import { withOpen } from './read-bytes.ts';
import { readWhole } from './read-files.ts';

/** A strategy and the sizes of the files it was put together from, in the order given. */
export interface ReadStrategyResult {
  readonly strategy: Strategy;
  readonly sizes: readonly number[];
  /** A merged file among those of the ranks that says something else; it is not used. */
  readonly contradicting?: Fault;
}

/** Strategy files are a few hundred bytes a parameter; 1 GiB is a million parameters. Bounds memory. */
export const MAX_STRATEGY_BYTES = 2 ** 30;

/** Reads strategy files and puts their layouts together. Refuses SG_* naming the file; IO_*. */
export function readStrategy(
  paths: readonly string[],
  {
    roots = [],
    gaps,
  }: { readonly roots?: readonly string[]; readonly gaps?: 'refused' | 'empty' | undefined } = {},
): ReadStrategyResult {
  const { files, sizes } = readStrategyFiles(paths, roots);
  const [first = ''] = paths;
  const strategy = withFile(paths.length > 1 ? dirname(first) : first, () => combineStrategies(files, gaps));
  const contradicting = contradictingMerged(files);
  return { strategy, sizes, ...(contradicting && { contradicting }) };
}

export interface RewriteStrategyResult {
  readonly bytes: Uint8Array;
  readonly parameters: number;
  readonly warnings: readonly string[];
}

/**
 * Reads strategy files, and gives what they say as one file: a single one as it is, a folder's merged over the
 * pipeline stages.
 *
 * @throws SG_* naming the file; IO_*
 */
export function rewriteStrategy(
  paths: readonly string[],
  to: { readonly merge: boolean; readonly json: boolean; readonly roots?: readonly string[] },
): RewriteStrategyResult {
  const { files } = readStrategyFiles(paths, to.roots);
  const [only] = files;
  const file = only && !to.merge ? only.file : mergeStrategyFiles(files);
  const warnings = to.json ? jsonWarnings(file) : [];
  return { bytes: writeStrategy(file, to.json), parameters: file.layouts.size, warnings };
}

/** MindSpore 2.10.0 raises a TypeError for a tensor map with lists in it, which it writes as .ckpt only. */
function jsonWarnings({ layouts }: StrategyFile): string[] {
  const nested = [...layouts]
    .filter(([, { tensorMap }]) => tensorMap.some((axes) => axes.length > 1))
    .map(([name]) => name);
  if (nested.length === 0) return [];
  return [
    `MindSpore reads no JSON strategy in which several axes cut one dimension, as of ${nameList(nested)}: write a .ckpt for it.`,
  ];
}

/** The ranks of a stage write the same file, so equal ones are parsed once, and given once. */
function readStrategyFiles(paths: readonly string[], roots: readonly string[] = []) {
  const distinct = new Map<string, NamedStrategy>();
  const sizes = paths.map((path) =>
    withOpen(path, roots, ({ fd, size }) => {
      const bytes = readWhole(path, fd, size, MAX_STRATEGY_BYTES);
      const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
      if (!distinct.has(content))
        distinct.set(content, { name: path, file: withFile(path, () => readStrategyFile(bytes)) });
      return size;
    }),
  );
  return { files: [...distinct.values()], sizes };
}

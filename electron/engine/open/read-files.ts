import { asFault, type Fault, refuse, withFile } from '../../../shared/errors.ts';
import { combineStrategies } from '../../../shared/strategy/combine.ts';
import { readStrategyFile } from '../../../shared/strategy/read.ts';
import type { Strategy, StrategyFile } from '../../../shared/strategy/strategy.ts';
import { formatBytes } from '../../../shared/text/units.ts';
import { parseWeightIndex, type WeightIndex } from '../../../shared/weight-index.ts';
import { readAt, withOpen } from './read-bytes.ts';

/** The first bytes of a file (all of it when it is short), or why it cannot be read. */
export type FileStart =
  | { readonly path: string; readonly size: number; readonly bytes: Uint8Array }
  | { readonly path: string; readonly fault: Fault };

/** Reads up to `length` bytes from the start of each file: enough to tell what it is, or a whole meta.json. */
export function readStarts(
  paths: readonly string[],
  length: number,
  roots: readonly string[] = [],
): readonly FileStart[] {
  return paths.map((path) => {
    try {
      return withOpen(path, roots, ({ fd, size }) => ({
        path,
        size,
        bytes: readAt(fd, 0, Math.min(length, size)),
      }));
    } catch (error) {
      return { path, fault: asFault(error) };
    }
  });
}

/** A strategy and the sizes of the files it was put together from, in the order given. */
export interface ReadStrategyResult {
  readonly strategy: Strategy;
  readonly sizes: readonly number[];
}

/** Strategy files are a few hundred bytes a parameter; 1 GiB is a million parameters. Bounds memory. */
const MAX_STRATEGY_BYTES = 2 ** 30;

/**
 * Reads strategy files and puts their layouts together. The ranks of a stage write the same file, so equal
 * ones are parsed once.
 *
 * @throws SG_* naming the file; IO_*
 */
export function readStrategy(paths: readonly string[], roots: readonly string[] = []): ReadStrategyResult {
  const distinct = new Map<string, { name: string; file: StrategyFile }>();
  const sizes = paths.map((path) =>
    withOpen(path, roots, ({ fd, size }) => {
      const bytes = readWhole(path, fd, size, MAX_STRATEGY_BYTES);
      const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
      if (!distinct.has(content)) {
        distinct.set(content, { name: path, file: withFile(path, () => readStrategyFile(bytes)) });
      }
      return size;
    }),
  );
  return { strategy: combineStrategies([...distinct.values()]), sizes };
}

/** Largest weight index read, in bytes: the same bound that huggingface.js has. */
const MAX_INDEX_BYTES = 250 * 1000 * 1000;

export interface ReadIndexResult {
  readonly index: WeightIndex;
  readonly size: number;
}

/** Reads `model.safetensors.index.json` or `param_name_map.json`. Refuses IX_PARSE, IX_PATH, IO_*. */
export function readIndex(path: string, roots: readonly string[] = []): ReadIndexResult {
  return withOpen(path, roots, ({ fd, size }) => ({
    index: withFile(path, () => parseWeightIndex(readWhole(path, fd, size, MAX_INDEX_BYTES))),
    size,
  }));
}

function readWhole(path: string, fd: number, size: number, limit: number): Uint8Array {
  if (size > limit) {
    refuse(
      'IX_PARSE',
      `${path} is ${formatBytes(size)}, more than the ${formatBytes(limit)} that are read of such a file.`,
      'Check that this is the right file.',
      { file: path, expected: `at most ${limit} bytes`, found: `${size} bytes` },
    );
  }
  return readAt(fd, 0, size);
}

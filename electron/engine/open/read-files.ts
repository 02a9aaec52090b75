import { asFault, type Fault, refuse, withFile } from '../../../shared/errors.ts';
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

/** Reads a file that must not have more than `limit` bytes. */
export function readWhole(path: string, fd: number, size: number, limit: number): Uint8Array {
  checkSize(path, size, limit);
  return readAt(fd, 0, size);
}

/** The same, by its path. Refuses a pipe, which nobody may ever write into, and a device, which may have no end. */
export function readWholeAt(path: string, limit: number, roots: readonly string[] = []): Uint8Array {
  return withOpen(path, roots, ({ fd, size }) => readWhole(path, fd, size, limit));
}

/** Refuses IX_PARSE for a file of more than `limit` bytes. */
export function checkSize(path: string, size: number, limit: number): void {
  if (size > limit) {
    refuse(
      'IX_PARSE',
      `${path} is ${formatBytes(size)}, more than the ${formatBytes(limit)} that are read of such a file.`,
      'Check that this is the right file.',
      { file: path, expected: `at most ${limit} bytes`, found: `${size} bytes` },
    );
  }
}

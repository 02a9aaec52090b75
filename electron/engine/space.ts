import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { refuse } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/text/units.ts';
import { errnoOf, readError } from './errno.ts';

/**
 * Bytes that this user can still write at a path that need not exist yet: asks the nearest folder that does.
 * Infinity where the file system does not say (some network drives report no blocks at all).
 */
export async function freeBytesAt(path: string): Promise<number> {
  let at = resolve(path);
  for (;;) {
    try {
      const { blocks, bavail, bsize } = await statfs(at);
      return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
    } catch (error) {
      const errno = errnoOf(error);
      if ((errno !== 'ENOENT' && errno !== 'ENOTDIR') || dirname(at) === at) throw readError(error, at);
      at = dirname(at);
    }
  }
}

/** Refuses OUT_SPACE when less than `needed` bytes and 1 % (for the file system's own records) are free. */
export async function checkSpace(path: string, needed: number): Promise<void> {
  const free = await freeBytesAt(path);
  if (free >= needed * 1.01) return;
  refuse(
    'OUT_SPACE',
    `${path} needs ${formatBytes(needed)} (${needed} bytes and 1 % to spare), and its volume has ` +
      `${formatBytes(free)} (${free} bytes) free.`,
    'Free some space or choose an output folder on another volume.',
    { file: path, expected: `${needed} bytes`, found: `${free} bytes` },
  );
}

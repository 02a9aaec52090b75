import { lstat, realpath as realpathOf } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';

// The system's realpath follows `link/..` as opening a file does; Node's own drops the two before it looks.
const realpath = promisify(realpathOf.native);
const exists = promisify(lstat);

/**
 * Where a path really leads: links followed as far as it exists, the rest of its names behind. undefined when
 * that cannot be told: not absolute, `..` or a NUL in it, a dangling link, a loop, no permission.
 */
export async function realPlace(path: string): Promise<string | undefined> {
  if (!isAbsolute(path) || path.includes('\0') || path.split(/[\\/]/).includes('..')) return undefined;
  let missing = '';
  for (let known = path; ; known = dirname(known)) {
    try {
      return join(await realpath(known), missing);
    } catch (error) {
      if (!isMissing(error) || known === dirname(known)) return undefined;
      // A link that leads nowhere: what is written through it would be made at its far end.
      if (await exists(known).catch(() => undefined)) return undefined;
      missing = join(basename(known), missing);
    }
  }
}

/** Is `path` the folder or under it? By whole names: `/data-evil` is not under `/data`. Both are real paths. */
export function isUnder(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

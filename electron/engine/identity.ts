import { type BigIntStats, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { refuse } from '../../shared/errors.ts';
import type { SourceFile } from '../../shared/plan/plan.ts';
import { readError } from './errno.ts';

/** An open source file: `size` in bytes; close `fd` when done. */
export interface OpenFile {
  readonly fd: number;
  readonly size: number;
  readonly identity: string;
}

/**
 * `dev:ino:size:mtimeNs:ctimeNs`. Replacing, appending, truncating, touching all change it; the change time
 * also tells a rewrite with the old size and the old modification time (git's index checks the same five).
 */
export function identityOf(stat: BigIntStats): string {
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

/**
 * Opens a regular file for reading. O_NONBLOCK so that a named pipe does not hang the opening; what was opened
 * is what is checked. Refuses IO_NOT_FOUND, IO_PERMISSION, IO_NOT_REGULAR, IO_READ, naming the path.
 */
export function openRegular(path: string): OpenFile {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw readError(error, path);
  }
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) {
      const found = kindOf(stat);
      refuse(
        'IO_NOT_REGULAR',
        `${path} is ${found}, not a file.`,
        'Name a weight file or a folder of them.',
        {
          file: path,
          expected: 'a regular file',
          found,
        },
      );
    }
    return { fd, size: Number(stat.size), identity: identityOf(stat) };
  } catch (error) {
    closeSync(fd);
    throw readError(error, path);
  }
}

/** Opens a source that was looked at before; refuses IO_SOURCE_CHANGED when it is not the same any more. */
export function openUnchanged(source: { readonly path: string; readonly identity: string }): OpenFile {
  const file = openRegular(source.path);
  if (file.identity !== source.identity) {
    closeSync(file.fd);
    refuseChanged(source, file.identity);
  }
  return file;
}

export function refuseChanged(
  source: { readonly path: string; readonly identity: string },
  found: string,
): never {
  refuse(
    'IO_SOURCE_CHANGED',
    `${source.path} changed since it was opened: ${changeOf(source.identity, found)}.`,
    'Wait until nothing writes to the source any more, open it again and repeat the job.',
    { file: source.path, expected: source.identity, found },
  );
}

/** Refuses IO_SOURCE_CHANGED when a source is not what it was when the job was planned. */
export async function checkSources(sources: readonly SourceFile[]): Promise<void> {
  for (const source of sources) {
    const info = await stat(source.path, { bigint: true }).catch((error: unknown) => {
      throw readError(error, source.path);
    });
    const found = identityOf(info);
    if (found !== source.identity) refuseChanged(source, found);
  }
}

/** Says which of the five parts differs first, in the order a person understands best. */
export function changeOf(expected: string, found: string): string {
  const [dev, ino, size, mtime] = expected.split(':');
  const [dev2, ino2, size2, mtime2] = found.split(':');
  if (size !== size2) return `it had ${size} bytes and has ${size2}`;
  if (dev !== dev2 || ino !== ino2) return 'another file took its place';
  if (mtime !== mtime2) return 'it was written to or touched';
  return 'its change time moved (rewritten with the old times, or its mode or links changed)';
}

function kindOf(stat: BigIntStats): string {
  if (stat.isDirectory()) return 'a folder';
  if (stat.isFIFO()) return 'a named pipe';
  if (stat.isSocket()) return 'a socket';
  return 'a device';
}

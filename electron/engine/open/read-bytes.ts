import { closeSync, readSync, realpathSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, sep } from 'node:path';
import { refuse } from '../../../shared/errors.ts';
import { readError } from '../errno.ts';
import { type OpenFile, openRegular } from '../identity.ts';
import { untilAnswered } from '../transfer.ts';

/**
 * Opens a regular file that must lie under one of `roots` (no roots: anywhere). The check is made on what was
 * opened, links resolved, so that a link swapped between check and opening leads nowhere.
 *
 * @throws API_FORBIDDEN when a symbolic link leads out of the roots; IO_* as `openRegular`
 */
function openUnder(path: string, roots: readonly string[]): OpenFile {
  const file = openRegular(path);
  if (roots.length === 0) return file;
  try {
    const real = realPathOf(file.fd, path);
    if (roots.some((root) => isUnder(real, root))) return file;
    return refuse(
      'API_FORBIDDEN',
      `${path} is a link to ${real}, which is outside the folders that may be read here.`,
      'Start the server with --root naming the folder that the link leads to.',
      { file: path, expected: roots.join(', '), found: real },
    );
  } catch (error) {
    closeSync(file.fd);
    throw readError(error, path);
  }
}

/** Linux tells what a descriptor is open on; elsewhere the path is resolved again. */
function realPathOf(fd: number, path: string): string {
  return realpathSync(process.platform === 'linux' ? `/proc/self/fd/${fd}` : path);
}

export function isUnder(path: string, root: string): boolean {
  const rest = relative(root, path);
  return rest === '' || (rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest));
}

/** Whether a path may be looked at: it is there and lies under a root, links resolved (no roots: any). */
export async function isInRoots(path: string, roots: readonly string[]): Promise<boolean> {
  if (roots.length === 0) return true;
  const real = await realpath(path).catch(() => undefined);
  return real !== undefined && roots.some((root) => isUnder(real, root));
}

/** Runs `read` on the opened file and closes it whatever happens; file system errors become faults. */
export function withOpen<T>(path: string, roots: readonly string[], read: (file: OpenFile) => T): T {
  const file = openUnder(path, roots);
  try {
    return read(file);
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? readError(error, path) : error;
  } finally {
    closeSync(file.fd);
  }
}

/** Reads up to `target.length` bytes from `offset`; fewer only where the file ends. */
export function readInto(fd: number, target: Uint8Array, offset: number): number {
  let done = 0;
  while (done < target.length) {
    const from = done;
    const count = untilAnswered(() => readSync(fd, target, from, target.length - from, offset + from));
    if (count === 0) break;
    done += count;
  }
  return done;
}

/** `length` bytes from `offset`; fewer only where the file ends. */
export function readAt(fd: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const count = readInto(fd, bytes, offset);
  return count === length ? bytes : bytes.subarray(0, count);
}

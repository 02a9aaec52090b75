import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { naturalCompare } from '../../../shared/text/natural-order.ts';
import { readError } from '../errno.ts';

/** An entry of a folder; links are followed, so `type` is of what they lead to. */
export interface Entry {
  readonly name: string;
  readonly path: string;
  readonly type: 'file' | 'folder' | 'other';
}

/** Entries of a folder in natural order. What cannot be looked at (a broken link, a socket) is `other`. */
export async function listFolder(path: string): Promise<readonly Entry[]> {
  const found = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw readError(error, path);
  });
  const entries = await Promise.all(
    found.map(async (dirent): Promise<Entry> => {
      const at = join(path, dirent.name);
      const kind = dirent.isSymbolicLink() ? await stat(at).catch(() => undefined) : dirent;
      const type = kind?.isFile() ? 'file' : kind?.isDirectory() ? 'folder' : 'other';
      return { name: dirent.name, path: at, type };
    }),
  );
  return entries.sort((a, b) => naturalCompare(a.name, b.name));
}

/** Entries of a folder, or nothing when it is not there or cannot be read. */
export async function listIfThere(path: string): Promise<readonly Entry[]> {
  return listFolder(path).catch(() => []);
}

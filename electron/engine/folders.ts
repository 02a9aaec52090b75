import { opendir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { refuse } from '../../shared/errors.ts';
import type { FolderListing } from '../../shared/host.ts';
import { naturalCompare } from '../../shared/text/natural-order.ts';
import { readError } from './errno.ts';
import { isIndexName } from './open/classify.ts';
import { listFolder } from './open/folder.ts';
import { isStrategyName, rankOfFolder } from './open/rank-folders.ts';
import { isUnder } from './open/read-bytes.ts';
import { weightFormat } from './open/weight-names.ts';

/** Entries sent at most: a folder of more is not browsed but filtered. */
const LIMIT = 2000;
/** Names looked at in a folder to tell whether it is a checkpoint, and folders looked into at once. */
const LOOK = 64;
const AT_ONCE = 32;

type FolderEntry = FolderListing['entries'][number];

/**
 * Lists a folder for the browse dialog: folders first, each in natural order of names. Dot names are left out.
 * Without a path: the first root, else the home folder.
 *
 * @throws IO_NOT_FOUND, IO_PERMISSION, IO_NOT_REGULAR for a path that is no folder
 */
export async function listFolders(
  path: string | undefined,
  roots: readonly string[],
): Promise<FolderListing> {
  const folder = resolve(path ?? roots[0] ?? homedir());
  const found = await stat(folder).catch((error: unknown) => {
    throw readError(error, folder);
  });
  if (!found.isDirectory()) {
    refuse('IO_NOT_REGULAR', `${folder} is no folder.`, 'Choose a folder.', {
      file: folder,
      expected: 'a folder',
    });
  }
  const all = (await listFolder(folder)).filter(
    (entry) => entry.type !== 'other' && !entry.name.startsWith('.'),
  );
  const sorted = all.toSorted(
    (a, b) => Number(a.type === 'file') - Number(b.type === 'file') || naturalCompare(a.name, b.name),
  );
  const entries: FolderEntry[] = [];
  for (let at = 0; at < Math.min(LIMIT, sorted.length); at += AT_ONCE) {
    const some = sorted.slice(at, Math.min(at + AT_ONCE, LIMIT));
    entries.push(
      ...(await Promise.all(
        some.map(async ({ name, path: at, type }): Promise<FolderEntry> => {
          if (type === 'folder') return { name, path: at, type, checkpoint: await looksLikeCheckpoint(at) };
          const size = await stat(at).then(
            (info) => info.size,
            () => undefined,
          );
          return {
            name,
            path: at,
            type: 'file',
            ...(size !== undefined && { size }),
            checkpoint: weightFormat(name) !== undefined || isIndexName(name) || isStrategyName(name),
          };
        }),
      )),
    );
  }
  const parent = dirname(folder);
  const hasParent = parent !== folder && (roots.length === 0 || roots.some((root) => isUnder(parent, root)));
  return { path: folder, ...(hasParent && { parent }), roots, entries, truncated: sorted.length > LIMIT };
}

/** By the first names in it alone: weights, rank folders, or what training leaves. */
async function looksLikeCheckpoint(folder: string): Promise<boolean> {
  try {
    let looked = 0;
    for await (const { name } of await opendir(folder)) {
      if (weightFormat(name) !== undefined || rankOfFolder(name) !== undefined || isIndexName(name))
        return true;
      if (name === 'checkpoint' && (await hasRankFolder(join(folder, name)))) return true;
      if (++looked >= LOOK) break;
    }
  } catch {
    // Not permitted, or gone meanwhile: not worth a word in a listing.
  }
  return false;
}

async function hasRankFolder(folder: string): Promise<boolean> {
  for await (const { name } of await opendir(folder)) if (rankOfFolder(name) !== undefined) return true;
  return false;
}

import { lstat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Found } from './classify.ts';
import { type Entry, listIfThere } from './folder.ts';

/** `models--org--name/snapshots/HASH`, `run/output/checkpoint`: people open a folder or two too far up. */
const LEVELS = 3;

/** Looking is for a hint only, and a home folder may have millions of files. */
const MOST_FOLDERS = 300;

/**
 * Checkpoints below a folder that is none, relative to it: nearest first. Links are not followed, nor is what is
 * hidden looked into.
 *
 * @param recognise tells what a folder is by the names in it
 */
export async function checkpointsIn(
  path: string,
  entries: readonly Entry[],
  recognise: (path: string, entries: readonly Entry[]) => Promise<Found | undefined>,
): Promise<readonly string[]> {
  const found: string[] = [];
  let looked = 0;
  let level = entries;
  for (let depth = 0; depth < LEVELS && level.length > 0; depth++) {
    const next: Entry[] = [];
    for (const entry of level) {
      if (entry.type !== 'folder' || entry.name.startsWith('.') || looked >= MOST_FOLDERS) continue;
      if ((await lstat(entry.path).catch(() => undefined))?.isDirectory() !== true) continue;
      looked++;
      const inside = await listIfThere(entry.path);
      const kind = await recognise(entry.path, inside).catch(() => undefined);
      if (kind === undefined) next.push(...inside);
      else if (kind.type !== 'strategy') found.push(relative(path, entry.path).replaceAll('\\', '/'));
    }
    level = next;
  }
  return found;
}

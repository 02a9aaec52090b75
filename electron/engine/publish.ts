import { chmod, mkdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Plan } from '../../shared/plan/plan.ts';
import { REPORT_NAME } from '../../shared/report.ts';
import { writeError } from './errno.ts';
import { asideName } from './job-record.ts';
import { checkExisting } from './output-checks.ts';
import { syncFolder, syncTree } from './output-files.ts';
import { isInside, type Place } from './output-place.ts';

/**
 * Gives a folder of finished files the output's name, in one step where the system can. Gives where the old
 * output waits to be removed, if there was one. On failure nothing is published.
 */
export async function publish(
  plan: Plan,
  folder: string,
  place: Place,
  options: { readonly fsync: boolean; readonly report: boolean },
): Promise<string | undefined> {
  const { target } = place;
  try {
    const aside = isInside(place)
      ? await publishInside(plan, folder, target, options)
      : await publishBeside(plan, folder, place);
    if (options.fsync && !isInside(place)) await syncFolder(dirname(target));
    return aside;
  } catch (error) {
    throw writeError(error, target);
  }
}

/** One rename, where nothing or an empty folder is; else the old content steps aside until the new has its name. */
async function publishBeside(
  plan: Plan,
  folder: string,
  { target, existing }: Place,
): Promise<string | undefined> {
  const now = await checkExisting(target, plan, existing === 'content');
  if (now !== 'nothing') await chmod(folder, (await stat(target)).mode & 0o7777);
  // Elsewhere a rename replaces an empty folder itself, in one step.
  if (now === 'empty' && process.platform === 'win32') await rmdir(target);
  if (now !== 'content') {
    await rename(folder, target);
    return;
  }
  const aside = join(dirname(target), asideName(basename(target)));
  await rename(target, aside);
  try {
    await rename(folder, target);
  } catch (error) {
    await rename(aside, target);
    throw error;
  }
  return aside;
}

/** Into an empty folder that cannot be replaced itself: file by file, the index last; all of them or none. */
async function publishInside(
  plan: Plan,
  folder: string,
  target: string,
  { fsync, report }: { readonly fsync: boolean; readonly report: boolean },
): Promise<undefined> {
  await checkExisting(target, plan, false);
  const files = [plan.outputs, plan.texts, report ? [{ path: REPORT_NAME }] : []];
  const moved: string[] = [];
  try {
    for (const group of files) {
      for (const { path } of group) {
        await mkdir(dirname(join(target, path)), { recursive: true });
        await rename(join(folder, path), join(target, path));
        moved.push(path);
      }
      if (fsync) await syncTree(target);
    }
  } catch (error) {
    for (const path of moved) await rename(join(target, path), join(folder, path)).catch(() => {});
    for (const { path } of files.flat()) await removeEmptyFolders(target, dirname(path));
    throw error;
  }
  // The next job removes what cannot be removed now.
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}

/** The folders of a path below `top` that are empty; others may have files of another share in them. */
async function removeEmptyFolders(top: string, path: string): Promise<void> {
  for (let at = path; at !== '.'; at = dirname(at)) await rmdir(join(top, at)).catch(() => {});
}

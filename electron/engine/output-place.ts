import { mkdir, readFile, rename, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { refuse } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { errnoOf, writeError } from './errno.ts';
import { asidesOf } from './job-record.ts';
import { checkExisting, checkNames, checkNotSource, type Existing, resolveOutput } from './output-checks.ts';

export interface PlaceOptions {
  readonly out: string;
  readonly overwrite: boolean;
  /** Folders that nothing may be written into: those of the source files when absent. */
  readonly sourceFolders?: readonly string[] | undefined;
}

/** Where an output goes, and where it is written until then. */
export interface Place {
  /** Folder that becomes the output. */
  readonly target: string;
  readonly existing: Existing;
  /** Folder of the work folders: the one above the output, or the output itself where that cannot be renamed. */
  readonly parent: string;
  /** What names of work folders begin with: the output's name, none inside it. */
  readonly base: string;
  /** Removes the parents that were made for the output, while they are empty. */
  leave(): Promise<void>;
}

/**
 * Checks all that can be known before a byte is read and makes the parents of the output. Refuses IX_PATH,
 * OUT_EXISTS, OUT_IS_SOURCE, IO_PERMISSION.
 */
export async function findPlace(plan: Plan, options: PlaceOptions): Promise<Place> {
  checkNames(plan);
  const target = await resolveOutput(options.out);
  await restoreAside(target);
  const folders = options.sourceFolders ?? plan.sources.map(({ path }) => dirname(path));
  await checkNotSource(target, plan.sources, folders);
  const existing = await checkExisting(target, plan, options.overwrite);
  const inside = existing !== 'nothing' && (await isMountPoint(target));
  if (inside && existing === 'content') refuseMount(target);
  const made = await mkdir(dirname(target), { recursive: true }).catch((error: unknown) => {
    throw writeError(error, dirname(target));
  });
  const leave = async () => {
    if (made !== undefined) await removeEmpty(dirname(target), made);
  };
  const place = { target, existing, leave };
  return inside ? insideOf(place) : { ...place, parent: dirname(target), base: basename(target) };
}

/** Makes a work folder (one that several processes share may be there already); inside an empty output folder where the one above it is not to be written. */
export async function makeWorkFolder(
  place: Place,
  nameFor: (base: string) => string,
  { shared = false } = {},
): Promise<{ readonly place: Place; readonly folder: string }> {
  const folder = join(place.parent, nameFor(place.base));
  try {
    await mkdir(folder);
    return { place, folder };
  } catch (error) {
    if (shared && errnoOf(error) === 'EEXIST') return { place, folder };
    if (place.existing === 'empty' && !isInside(place))
      return makeWorkFolder(insideOf(place), nameFor, { shared });
    throw writeError(error, place.parent);
  }
}

function insideOf(place: Omit<Place, 'parent' | 'base'>): Place {
  return { ...place, parent: place.target, base: '' };
}

/** Work folders lie in the output folder, which keeps its name: files are published one by one. */
export function isInside({ parent, target }: Place): boolean {
  return parent === target;
}

/** Gives an old output its name back, where a job was killed between the two renames of overwriting. */
async function restoreAside(target: string): Promise<void> {
  if ((await stat(target).catch(() => undefined)) !== undefined) return;
  const [aside] = await asidesOf(target);
  if (aside !== undefined) await rename(aside, target).catch(() => {});
}

/** Removes the folders from `path` up to `top` while they are empty. */
async function removeEmpty(path: string, top: string): Promise<void> {
  for (let at = path; at.length >= top.length; at = dirname(at)) {
    try {
      await rmdir(at);
    } catch {
      return;
    }
  }
}

/** A mounted volume's own folder cannot be renamed over (EBUSY): listed by Linux, else another device. */
async function isMountPoint(path: string): Promise<boolean> {
  try {
    const mounts = await readFile('/proc/self/mountinfo', 'utf8');
    const escaped = path.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
    return mounts.split('\n').some((line) => line.split(' ')[4] === escaped);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') return false;
    return (await stat(path)).dev !== (await stat(dirname(path))).dev;
  }
}

function refuseMount(target: string): never {
  refuse(
    'OUT_EXISTS',
    `${target} is a mounted volume's own folder: its content cannot be replaced in one step.`,
    'Choose a folder in it, or empty it first.',
    { file: target },
  );
}

import { chmod, mkdir, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { refuse } from '../../shared/errors.ts';
import { bytesWritten, type Plan } from '../../shared/plan/plan.ts';
import { errnoOf, writeError } from './errno.ts';
import { asideName, clearStale, RECORD_NAME, temporaryName, writeRecord } from './job-record.ts';
import { checkExisting, checkNames, checkNotSource, type Existing, resolveOutput } from './output-checks.ts';
import { syncFolder, syncTree } from './output-files.ts';
import { checkSpace } from './space.ts';

export interface OutputOptions {
  readonly out: string;
  readonly overwrite: boolean;
  readonly fsync: boolean;
  /** Folders that nothing may be written into: those of the source files when absent. */
  readonly sourceFolders?: readonly string[] | undefined;
}

/**
 * An output on its way: everything is written into a temporary folder with a name of its own, which becomes the
 * output in one step when it is whole. Killed at any moment, it leaves the output as it was, or complete; what
 * it leaves beside it, the next run for the same output removes.
 */
export interface Output {
  /** Folder that becomes the output. */
  readonly target: string;
  /** Folder to write into until then. */
  readonly temporary: string;
  /** Gives the temporary folder its final name. On failure nothing is published. */
  publish(): Promise<void>;
  /** Removes the temporary folder and the parents made for it. Never throws: the next run cleans up, too. */
  discard(): Promise<void>;
}

/**
 * Checks all that can be known before a byte is read, then makes the temporary folder, which is also the lock
 * on this output. Refuses IX_PATH, OUT_EXISTS, OUT_IS_SOURCE, OUT_SPACE, OUT_BUSY, IO_PERMISSION.
 */
export async function openOutput(plan: Plan, options: OutputOptions): Promise<Output> {
  checkNames(plan);
  const target = await resolveOutput(options.out);
  await restoreAside(target);
  const folders = options.sourceFolders ?? plan.sources.map(({ path }) => dirname(path));
  await checkNotSource(target, plan.sources, folders);
  const existing = await checkExisting(target, plan, options.overwrite);
  await checkSpace(target, bytesWritten(plan));
  const made = await mkdir(dirname(target), { recursive: true }).catch((error: unknown) => {
    throw writeError(error, dirname(target));
  });
  let inside = existing !== 'nothing' && (await isMountPoint(target));
  if (inside && existing === 'content') refuseMount(target);
  const temporary = await makeTemporary(inside ? target : dirname(target), inside ? '' : basename(target))
    .catch(async (error: unknown) => {
      if (existing !== 'empty' || inside) throw writeError(error, dirname(target));
      inside = true;
      return makeTemporary(target, '');
    })
    .catch((error: unknown) => {
      throw writeError(error, target);
    });
  const discard = async () => {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    if (made !== undefined) await removeEmpty(dirname(target), made);
  };
  try {
    await writeRecord(temporary);
    await clearStale(dirname(temporary), inside ? '' : basename(target), basename(temporary));
  } catch (error) {
    await discard();
    throw writeError(error, target);
  }
  const publish = async () => {
    try {
      await rm(join(temporary, RECORD_NAME));
      if (options.fsync) await syncTree(temporary);
      if (inside) await publishInside(plan, temporary, target, options.fsync);
      else await publishBeside(plan, temporary, target, existing);
      if (options.fsync) await syncFolder(dirname(target));
    } catch (error) {
      throw writeError(error, target);
    }
    await removeAsides(target);
  };
  return { target, temporary, publish, discard };
}

async function makeTemporary(parent: string, base: string): Promise<string> {
  const temporary = join(parent, temporaryName(base));
  await mkdir(temporary);
  return temporary;
}

/** One rename, where nothing or an empty folder is; else the old content steps aside until the new has its name. */
async function publishBeside(
  plan: Plan,
  temporary: string,
  target: string,
  existing: Existing,
): Promise<void> {
  const now = await checkExisting(target, plan, existing === 'content');
  if (now !== 'nothing') await chmod(temporary, (await stat(target)).mode & 0o7777);
  if (now === 'empty') await rmdir(target);
  if (now !== 'content') return rename(temporary, target);
  const aside = join(dirname(target), asideName(basename(target)));
  await rename(target, aside);
  try {
    await rename(temporary, target);
  } catch (error) {
    await rename(aside, target);
    throw error;
  }
}

/** Into an empty folder that cannot be replaced itself: file by file, the index last. */
async function publishInside(plan: Plan, temporary: string, target: string, fsync: boolean): Promise<void> {
  for (const files of [plan.outputs, plan.texts]) {
    for (const { path } of files) {
      await mkdir(dirname(join(target, path)), { recursive: true });
      await rename(join(temporary, path), join(target, path));
    }
    if (fsync) await syncTree(target);
  }
  await rm(temporary, { recursive: true, force: true });
}

/** Gives an old output its name back, where a job was killed between the two renames of overwriting. */
async function restoreAside(target: string): Promise<void> {
  if ((await stat(target).catch(() => undefined)) !== undefined) return;
  const [aside] = await asidesOf(target);
  if (aside !== undefined) await rename(aside, target).catch(() => {});
}

async function removeAsides(target: string): Promise<void> {
  for (const aside of await asidesOf(target))
    await rm(aside, { recursive: true, force: true }).catch(() => {});
}

async function asidesOf(target: string): Promise<string[]> {
  const prefix = `.${basename(target)}.shardscope-old-`;
  const names = await readdir(dirname(target)).catch(() => []);
  return names.filter((name) => name.startsWith(prefix)).map((name) => join(dirname(target), name));
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

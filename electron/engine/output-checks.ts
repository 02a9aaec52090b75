import type { Dirent } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { refuse } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { REPORT_NAME } from '../../shared/report.ts';
import { errnoOf, isUnnamed, writeError } from './errno.ts';
import { isLeftoverName } from './job-record.ts';

/** What is at the output path now. */
export type Existing = 'nothing' | 'empty' | 'content';

/** The folder that an output path means: symbolic links are followed (and kept), also to nothing yet. */
export async function resolveOutput(out: string): Promise<string> {
  let path = resolve(out);
  for (let links = 0; links < 40; links++) {
    try {
      const target = await readlink(path);
      path = resolve(dirname(path), target);
    } catch {
      return join(await realpathOfNearest(dirname(path)), basename(path));
    }
  }
  return refuse(
    'IO_NOT_FOUND',
    `${out} leads through a loop of symbolic links.`,
    'Check the links on the path.',
    {
      file: out,
    },
  );
}

/** The real path of a folder of which the last parts need not exist yet. */
async function realpathOfNearest(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw writeError(error, path);
    return join(await realpathOfNearest(dirname(path)), basename(path));
  }
}

/**
 * Refuses IX_PATH for an output name that leaves the folder, OUT_EXISTS for two names that are one on a file
 * system that folds case or composes letters (macOS, Windows), or where one is a folder of the other.
 */
export function checkNames(plan: Plan): void {
  const seen = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const { path } of [...plan.outputs, ...plan.texts, { path: REPORT_NAME }]) {
    const parts = path.split('/');
    if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\\0]|^[a-z]:/i.test(part)))
      refuse('IX_PATH', `The output name ${path} would leave the output folder.`, 'Rename it.', {
        found: path,
      });
    const key = fold(path);
    const other = seen.get(key) ?? folders.get(key);
    if (other !== undefined) refuseCollision(path, other);
    seen.set(key, path);
    for (let n = 1; n < parts.length; n++) {
      const folder = fold(parts.slice(0, n).join('/'));
      const file = seen.get(folder);
      if (file !== undefined) refuseCollision(path, file);
      folders.set(folder, path);
    }
  }
}

function fold(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function refuseCollision(a: string, b: string): never {
  refuse(
    'OUT_EXISTS',
    `Two output files would have one name where case does not count: ${b} and ${a}.`,
    'Rename one of the source files.',
    { expected: b, found: a },
  );
}

/**
 * Refuses OUT_IS_SOURCE when the output folder is or contains a folder with source files, or lies in one of
 * `folders`. Folders are told apart by device and inode of what they really are, so symbolic links, `..`,
 * letter case and bind mounts do not hide one.
 */
export async function checkNotSource(
  target: string,
  sources: readonly { readonly path: string }[],
  folders: readonly string[],
): Promise<void> {
  const own = await idOf(target);
  const above = new Map<string, string>();
  for (const path of new Set(sources.map((source) => dirname(resolve(source.path)))))
    for (const folder of ancestors(await realpath(path).catch(() => path))) {
      if (above.has(folder)) break;
      above.set(folder, (await idOf(folder)) ?? folder);
      if (own !== undefined && above.get(folder) === own) refuseSource(target, `holds the source ${path}`);
    }
  const ids = new Map<string, string>();
  for (const folder of folders) {
    const id = await idOf(folder);
    if (id !== undefined) ids.set(id, folder);
  }
  for (const folder of ancestors(target)) {
    const id = await idOf(folder);
    const source = id === undefined ? undefined : ids.get(id);
    if (source !== undefined)
      refuseSource(target, folder === target ? 'is the source itself' : `lies in the source ${source}`);
  }
}

function refuseSource(target: string, how: string): never {
  refuse('OUT_IS_SOURCE', `The output folder ${target} ${how}.`, 'Choose a folder outside of the source.', {
    file: target,
  });
}

function ancestors(path: string): string[] {
  const found = [path];
  for (let at = path; dirname(at) !== at; at = dirname(at)) found.push(dirname(at));
  return found;
}

async function idOf(path: string, look = stat): Promise<string | undefined> {
  const info = await look(path, { bigint: true }).catch(() => undefined);
  return info && `${info.dev}:${info.ino}`;
}

/** Refuses OUT_IS_SOURCE for a file that is a source by another name: a hard link, or in a folder mounted twice. */
async function checkHoldsNoSource(paths: readonly string[], { sources }: Plan): Promise<void> {
  const ids = new Map<string, string>();
  for (const { path } of sources) ids.set((await idOf(path)) ?? path, path);
  for (const path of paths) {
    const source = ids.get((await idOf(path, lstat)) ?? '');
    if (source !== undefined)
      refuse(
        'OUT_IS_SOURCE',
        `Overwriting would remove ${path}, which is the source ${source} by another name.`,
        'Choose another output folder.',
        { file: path, found: source },
      );
  }
}

/** Weights and what belongs to them: what an earlier run of a job may have written. */
const REPLACEABLE = /\.safetensors(\.index\.json)?$|^param_name_map\.json$|^shardscope-report\.json$/;
/** Names the save beside it, and is written anew with the next. */
const META = /^rank_\d+\/meta\.json$/;

/** Files and folders at any depth but for jobs' own folders, which come and go at any time. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  const own = await readdir(folder, { withFileTypes: true });
  const kept = own.filter(({ name }) => !isLeftoverName(name));
  const below = kept
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => readdir(join(folder, name), { withFileTypes: true, recursive: true }));
  return [...kept, ...(await Promise.all(below)).flat()];
}

/**
 * What is at the output path. Refuses OUT_EXISTS for a file, for a folder with content unless `overwrite`, and
 * even then when the folder holds anything but weights, their index, and names that the plan writes again:
 * overwriting removes all that is there, and a tokenizer or a log is nobody's to remove. Refuses OUT_IS_SOURCE
 * when a source is among it.
 */
export async function checkExisting(target: string, plan: Plan, overwrite: boolean): Promise<Existing> {
  const info = await lstat(target).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw writeError(error, target);
  });
  if (info === undefined) return 'nothing';
  if (!info.isDirectory())
    refuse('OUT_EXISTS', `${target} exists and is no folder.`, 'Choose another output folder.', {
      file: target,
    });
  const entries = await entriesOf(target).catch((error: unknown) => {
    throw writeError(error, target);
  });
  const pathOf = (entry: { parentPath: string; name: string }) =>
    join(entry.parentPath, entry.name)
      .slice(target.length + 1)
      .replaceAll('\\', '/');
  if (entries.length === 0) return 'empty';
  if (!overwrite)
    refuse(
      'OUT_EXISTS',
      `${target} exists and holds ${entries.length} files and folders, ${entries[0]?.name} among them.`,
      'Choose another output folder, or allow overwriting (--overwrite).',
      { file: target, expected: 'no folder, or an empty one', found: `${entries.length} entries` },
    );
  const planned = new Set([...plan.outputs, ...plan.texts].map(({ path }) => path));
  const foreign: string[] = [];
  for (const entry of entries) {
    const path = pathOf(entry);
    if (entry.isDirectory() || planned.has(path)) continue;
    if (REPLACEABLE.test(entry.name) && !isUnnamed(entry.name)) continue;
    if (META.test(path)) continue;
    foreign.push(path);
  }
  if (foreign.length > 0)
    refuse(
      'OUT_EXISTS',
      `${target} holds ${foreign.length} files that are no weights of an earlier output: ` +
        `${foreign.slice(0, 5).join(', ')}${foreign.length > 5 ? ', …' : ''}. Overwriting would remove them.`,
      'Choose another output folder, or move these files away first.',
      { file: target, found: foreign.slice(0, 5).join(', ') },
    );
  const files = entries.filter((entry) => !entry.isDirectory());
  await checkHoldsNoSource(
    files.map(({ parentPath, name }) => join(parentPath, name)),
    plan,
  );
  return 'content';
}

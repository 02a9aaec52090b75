import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { FileSummary, Problem } from '../../../shared/checkpoint.ts';
import { type FileList, hasTensors, type ListedFile } from '../../../shared/files.ts';
import { isSideFile } from '../../../shared/plan/side-files.ts';
import { REPORT_NAME } from '../../../shared/report.ts';
import { identify } from '../../../shared/sniff.ts';
import { naturalCompare } from '../../../shared/text/natural-order.ts';
import { isUnnamed } from '../errno.ts';
import type { OpenCheckpoint } from '../open/checkpoint.ts';
import { isIndexName } from '../open/classify.ts';
import { isStrategyName, rankOfFolder } from '../open/rank-folders.ts';
import { isInRoots } from '../open/read-bytes.ts';
import { worstFirst } from '../open/summary.ts';
import { weightFormat } from '../open/weight-names.ts';
import type { WorkerPool } from '../pool.ts';

/** A training output of 1,024 ranks has 2,048 files a save. */
const MOST_FILES = 20_000;
/** `output/checkpoint/rank_0` is three folders deep. */
const DEEPEST = 4;
const AT_ONCE = 64;
/** Files whose first bytes are read to tell what they are: those that are no weights are few. */
const MOST_LOOKED_INTO = 500;
const LOOK_BYTES = 512;

export interface ListContext {
  readonly pool: WorkerPool;
  readonly roots: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Every file of what is open: those that belong to it first, then what lies in its folder beside them, each with what
 * it is. Folders that cannot be read are passed over, as are hidden ones.
 */
export async function listFiles({ summary }: OpenCheckpoint, context: ListContext): Promise<FileList> {
  const known = new Set(summary.files.map(({ path }) => path));
  const found = summary.kind === 'file' ? { paths: [], truncated: false } : await walk(summary.path, context);
  const others = found.paths.filter((path) => !known.has(path)).map((path) => otherFile(path, summary.path));
  const stated = await inBatches([...summary.files, ...others], (file) =>
    withStat(file, known.has(file.path), context.roots),
  );
  const files = stated.filter((file) => file !== undefined).sort(inOrder);
  const whats = await lookInto(files, context);
  const severities = severityByFile(summary.problems);
  return {
    files: files.map((file) => {
      const what = whats.get(file.path);
      const severity = severities.get(file.path);
      return { ...file, ...(what !== undefined && { what }), ...(severity && { severity }) };
    }),
    truncated: found.truncated,
  };
}

/** What belongs to the checkpoint, of that its weights, first; else as people count. */
function inOrder(a: ListedFile, b: ListedFile): number {
  return (
    Number(b.belongs) - Number(a.belongs) ||
    Number(b.belongs && hasTensors(b)) - Number(a.belongs && hasTensors(a)) ||
    naturalCompare(a.name, b.name)
  );
}

/** Paths below a folder, in natural order, folder by folder. Links to folders are not followed: they may go round. */
async function walk(root: string, { signal }: ListContext): Promise<{ paths: string[]; truncated: boolean }> {
  const paths: string[] = [];
  const visit = async (folder: string, depth: number): Promise<void> => {
    if (signal.aborted || paths.length > MOST_FILES) return;
    const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
    entries.sort((a, b) => naturalCompare(a.name, b.name));
    for (const entry of entries)
      if ((entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
        paths.push(join(folder, entry.name));
    if (depth === DEEPEST) return;
    for (const entry of entries)
      if (entry.isDirectory() && !entry.name.startsWith('.'))
        await visit(join(folder, entry.name), depth + 1);
  };
  await visit(root, 1);
  return { paths: paths.slice(0, MOST_FILES), truncated: paths.length > MOST_FILES };
}

/** A file that was not read, by its name. */
function otherFile(path: string, root: string): Omit<FileSummary, 'size'> {
  const rank = path
    .split(/[/\\]/)
    .map(rankOfFolder)
    .findLast((found) => found !== undefined);
  return {
    path,
    name: relative(root, path).replaceAll('\\', '/'),
    kind: kindOf(basename(path)),
    ...(rank !== undefined && { rank }),
  };
}

function kindOf(name: string): FileSummary['kind'] {
  if (isStrategyName(name)) return 'strategy';
  if (name === 'hyper_param.safetensors') return 'hyper';
  if (weightFormat(name)) return 'weights';
  if (isIndexName(name)) return 'index';
  if (name === 'meta.json') return 'meta';
  if (name === REPORT_NAME) return 'report';
  return isSideFile(name) ? 'config' : 'other';
}

/** Nothing for a folder, a broken link, and a link that leads out of the roots. What has no name in UTF-8 is listed. */
async function withStat(
  file: Omit<FileSummary, 'size'>,
  belongs: boolean,
  roots: readonly string[],
): Promise<ListedFile | undefined> {
  const found = await stat(file.path).catch(() => undefined);
  if (!found && isUnnamed(file.path)) return { ...file, size: 0, modified: 0, belongs };
  if (!found?.isFile()) return undefined;
  if (!belongs && !(await isInRoots(file.path, roots))) return undefined;
  return { ...file, size: found.size, modified: Math.round(found.mtimeMs), belongs };
}

async function inBatches<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(run))));
  return results;
}

/** What files are by their first bytes: those of no known kind, and weights that could not be read. */
async function lookInto(
  files: readonly ListedFile[],
  { pool, roots, signal }: ListContext,
): Promise<ReadonlyMap<string, string>> {
  const paths = files
    .filter(
      ({ kind, belongs, headerLength }) =>
        kind === 'other' || (kind === 'weights' && !(belongs && headerLength !== undefined)),
    )
    .slice(0, MOST_LOOKED_INTO)
    .map(({ path }) => path);
  const starts = await pool.run({ type: 'read-starts', paths, length: LOOK_BYTES, roots }, signal);
  const whats = new Map<string, string>();
  for (const start of starts) {
    if ('fault' in start) continue;
    const found = identify(start.bytes, start.size);
    const format = weightFormat(start.path);
    if (found && (format === undefined || found.format !== format)) whats.set(start.path, found.what);
  }
  return whats;
}

function severityByFile(problems: readonly Problem[]): ReadonlyMap<string, Problem['severity']> {
  const severities = new Map<string, Problem['severity']>();
  for (const { file, severity } of worstFirst(problems))
    if (file !== undefined && !severities.has(file)) severities.set(file, severity);
  return severities;
}

import { lstat, stat } from 'node:fs/promises';
import type { Problem, WeightHeader } from '../../../shared/checkpoint.ts';
import { REPORT_NAME } from '../../../shared/report.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { nameList } from '../../../shared/text/name-list.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { isUnnamed } from '../errno.ts';
import { isLeftoverName } from '../job-record.ts';
import type { Entry } from './folder.ts';
import type { ListedFile } from './summary.ts';
import type { WeightFiles } from './weight-files.ts';

/** What headers say about themselves that makes no file unusable; once for all files with an equal header. */
export function noteProblems({ files, faults }: WeightFiles): readonly Problem[] {
  const damaged = new Set(faults.map(({ path }) => path));
  const seen = new Map<WeightHeader, number>();
  for (const { header, path } of files) {
    if (header.notes.length > 0 && !damaged.has(path)) seen.set(header, (seen.get(header) ?? 0) + 1);
  }
  return [...seen].flatMap(([header, count]) => {
    const file = files.find((candidate) => candidate.header === header);
    const others = count > 1 ? ` (and ${formatCount(count - 1)} more files with the same header)` : '';
    return header.notes.map(
      (note): Problem => ({
        code: 'METADATA_DUPLICATE',
        severity: 'warning',
        message: `${note}${others}`,
        ...(file && { file: file.path }),
        ...(file?.rank !== undefined && { rank: file.rank }),
      }),
    );
  });
}

/** What a folder of weights says about itself, whether they are complete or of ranks. */
export async function folderProblems(
  weights: WeightFiles,
  entries: readonly Entry[],
): Promise<readonly Problem[]> {
  return [...noteProblems(weights), ...leftoverProblems(entries), ...(await unnamedProblems(entries))];
}

/** Temporary folders of jobs: of one that still runs, or of one that was killed. */
function leftoverProblems(entries: readonly Entry[]): readonly Problem[] {
  return entries
    .filter((entry) => isLeftoverName(entry.name))
    .map((entry) => ({
      code: 'LEFTOVER_OUTPUT',
      severity: 'info',
      message: `${escapeText(entry.name)} is the unfinished output of a job that still runs or was killed.`,
      advice:
        'The same job run again goes on with it; another job with the same output folder clears it away.',
      file: entry.path,
    }));
}

/** Names that are not UTF-8: nothing can open what they are of. */
async function unnamedProblems(entries: readonly Entry[]): Promise<readonly Problem[]> {
  const found: Entry[] = [];
  for (const entry of entries)
    if (isUnnamed(entry.path) && !(await lstat(entry.path).catch(() => undefined))) found.push(entry);
  const [first] = found;
  if (!first) return [];
  const names = nameList(found.map(({ name }) => name));
  return [
    {
      code: 'OTHER_FILES',
      severity: 'warning',
      message:
        found.length === 1
          ? `A name in this folder is not UTF-8, and what it is of cannot be opened: ${names}.`
          : `${formatCount(found.length)} names in this folder are not UTF-8, and what they are of cannot be opened: ${names}.`,
      advice: 'Rename them.',
      file: first.path,
    },
  ];
}

/** The report of the job that wrote the folder; opening does not read it. */
export async function reportFiles(entries: readonly Entry[]): Promise<ListedFile[]> {
  const found = entries.find((entry) => entry.name === REPORT_NAME && entry.type === 'file');
  if (!found) return [];
  const { size } = await stat(found.path).catch(() => ({ size: 0 }));
  return [{ path: found.path, kind: 'report', size }];
}

/** Weight files of which not even the header could be read, as far as they are there and may be looked at. */
export async function unreadFiles({ files, faults }: WeightFiles): Promise<ListedFile[]> {
  const read = new Set(files.map(({ path }) => path));
  const unread = faults.filter(({ path, fault }) => !read.has(path) && fault.code !== 'API_FORBIDDEN');
  const found = await Promise.all(
    unread.map(async ({ path, rank }): Promise<ListedFile[]> => {
      const info = await stat(path).catch(() => undefined);
      if (!info?.isFile()) return [];
      return [{ path, kind: 'weights', size: info.size, ...(rank !== undefined && { rank }) }];
    }),
  );
  return found.flat();
}

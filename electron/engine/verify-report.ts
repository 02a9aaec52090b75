import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import type { Problem, StoredTensor } from '../../shared/checkpoint.ts';
import { asFault, withFile } from '../../shared/errors.ts';
import type { WeightFile } from '../../shared/model.ts';
import type { Extent } from '../../shared/plan/piece.ts';
import { parseReport, REPORT_NAME, type Report, type ReportTensor } from '../../shared/report.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { formatCount } from '../../shared/text/units.ts';
import { readError } from './errno.ts';
import { identityOf } from './identity.ts';
import { isLeftoverName } from './job-record.ts';
import { isIndexName } from './open/classify.ts';
import { asProblem } from './open/context.ts';
import type { OpenCheckpoint } from './open/open.ts';
import { readWeightFiles } from './open/weight-files.ts';
import { weightFormat } from './open/weight-names.ts';
import type { WorkerPool } from './pool.ts';
import { ADVICE, batches, type Run, type SumsToCheck } from './report-sums.ts';

/** What a folder must be by the report in it: what is not so by names, sizes and headers, and what is to be read. */
export interface Against {
  readonly problems: readonly Problem[];
  readonly sums: readonly SumsToCheck[];
}

/** Problems of one kind that are listed; a wrong folder would give one for each tensor. */
const MAX_LISTED = 50;

/** Undefined for a folder without a report. Throws CANCELLED alone. */
export async function againstReport(
  { summary }: OpenCheckpoint,
  context: { readonly pool: WorkerPool; readonly signal: AbortSignal },
): Promise<Against | undefined> {
  const path = summary.files.find(({ kind }) => kind === 'report')?.path;
  if (path === undefined) return undefined;
  try {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      throw readError(error, path);
    });
    return await compare(
      withFile(path, () => parseReport(text)),
      dirname(path),
      context,
    );
  } catch (error) {
    const fault = asFault(error);
    if (fault.code === 'CANCELLED' || fault.code === 'INTERNAL') throw error;
    return { problems: [asProblem(fault, 'error')], sums: [] };
  }
}

async function compare(
  report: Report,
  folder: string,
  context: { readonly pool: WorkerPool; readonly signal: AbortSignal },
): Promise<Against> {
  const there = await filesIn(folder);
  const extra = extraFiles(report, there, folder);
  const problems: Problem[] = [];
  const whole = new Set<string>();
  for (const { path, size } of report.files) {
    const found = there.get(path);
    if (found === size) whole.add(path);
    else problems.push(fileProblem(join(folder, path), size, found));
  }
  const weights = report.files.filter(({ path, tensors }) => tensors > 0 && whole.has(path));
  const { files, faults } = await readWeightFiles(
    weights.map(({ path }) => ({ path: join(folder, path) })),
    context,
    { salvage: false },
  );
  problems.push(...faults.map(({ fault }) => asProblem(fault, 'error')));
  const byPath = new Map(files.map((file) => [file.path, file]));
  const tensorsOf = report.files.map((): ReportTensor[] => []);
  for (const tensor of report.tensors) tensorsOf[tensor.file]?.push(tensor);
  const sums: SumsToCheck[] = [];
  for (const [i, { path, tensors, crc32 }] of report.files.entries()) {
    const file = byPath.get(join(folder, path));
    if (file) {
      const compared = compareTensors(file, tensorsOf[i] ?? [], crc32);
      problems.push(...compared.problems);
      sums.push(...batches(file, compared.runs));
    } else if (tensors === 0 && whole.has(path) && crc32 !== undefined) {
      const at = join(folder, path);
      const info = await stat(at, { bigint: true });
      const extents = [{ offset: 0, length: Number(info.size) }];
      sums.push({ source: { path: at, identity: identityOf(info) }, runs: [{ extents, crc32 }] });
    }
  }
  return { problems: [...fewest(problems), ...fewest(extra), ...unverified(report, folder)], sums };
}

/** Size by path relative to the folder. Links count as not there: a job writes none. */
async function filesIn(folder: string): Promise<Map<string, number>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const sizes = new Map<string, number>();
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).replaceAll('\\', '/');
    if (isLeftoverName(name.split('/')[0] ?? '')) continue;
    // One whose name is not UTF-8 cannot be looked at; no job wrote it.
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    sizes.set(name, size);
  }
  return sizes;
}

/** Weights that no job wrote would be loaded with the rest; a tokenizer beside them is as it should be. */
function extraFiles(report: Report, there: ReadonlyMap<string, number>, folder: string): Problem[] {
  const written = new Set(report.files.map(({ path }) => path)).add(REPORT_NAME);
  return [...there.keys()]
    .filter((path) => !written.has(path) && (weightFormat(path) || isIndexName(basename(path))))
    .map((path) => ({
      code: 'RP_MISMATCH',
      severity: 'error',
      message: `${escapeText(path)} is not from the job that the report is of.`,
      advice: 'Move it away if it does not belong to these weights.',
      file: join(folder, path),
    }));
}

function fileProblem(file: string, expected: number, found: number | undefined): Problem {
  const message =
    found === undefined
      ? `${file} is not there; the job wrote ${formatCount(expected)} bytes.`
      : `${file} has ${formatCount(found)} bytes; the job wrote ${formatCount(expected)}.`;
  return { code: 'RP_MISMATCH', severity: 'error', message, advice: ADVICE, file };
}

/** By names, dtypes, shapes and sizes; and what of the file is to be summed. */
function compareTensors(
  { path, size, header }: WeightFile,
  listed: readonly ReportTensor[],
  crc32: string | undefined,
): { problems: Problem[]; runs: Run[] } {
  const problems: Problem[] = [];
  const runs: Run[] = [];
  const add = (tensor: string, message: string) =>
    problems.push({ code: 'RP_MISMATCH', severity: 'error', message, advice: ADVICE, file: path, tensor });
  const stored = new Map(header.tensors.map((tensor) => [tensor.name, tensor]));
  if (crc32 !== undefined) runs.push({ extents: between(header.tensors, size), crc32 });
  for (const expected of listed) {
    const { name, bytes, crc32: sum } = expected;
    const found = stored.get(name);
    stored.delete(name);
    if (found === undefined) add(name, `'${escapeText(name)}' is not in ${path}, where the job wrote it.`);
    else if (kindOf(found) !== kindOf(expected))
      add(name, `'${escapeText(name)}' in ${path} is ${kindOf(found)}; the job wrote ${kindOf(expected)}.`);
    else if (found.byteLength !== bytes)
      add(name, `'${escapeText(name)}' in ${path} has ${found.byteLength} bytes; the job wrote ${bytes}.`);
    else if (sum !== undefined) runs.push({ extents: extentsOf(found), crc32: sum, tensor: name });
  }
  for (const name of stored.keys()) add(name, `'${escapeText(name)}' in ${path} is not from the job.`);
  return { problems, runs };
}

function kindOf({ dtype, shape }: Pick<StoredTensor, 'dtype' | 'shape'>): string {
  return `${dtype} [${shape.join(', ')}]`;
}

function extentsOf({ extents, offset, byteLength }: StoredTensor): readonly Extent[] {
  return extents ?? [{ offset, length: byteLength }];
}

/** What of a file is no tensor's. */
function between(tensors: readonly StoredTensor[], size: number): Extent[] {
  const taken = tensors.flatMap(extentsOf).sort((a, b) => a.offset - b.offset);
  const free: Extent[] = [];
  let end = 0;
  for (const { offset, length } of [...taken, { offset: size, length: 0 }]) {
    if (offset > end) free.push({ offset: end, length: offset - end });
    end = Math.max(end, offset + length);
  }
  return free;
}

function fewest(problems: readonly Problem[]): readonly Problem[] {
  const [first] = problems;
  if (first === undefined || problems.length <= MAX_LISTED) return problems;
  const more = `${formatCount(problems.length - MAX_LISTED)} more differences between the folder and its report.`;
  return [
    ...problems.slice(0, MAX_LISTED),
    { code: 'RP_MISMATCH', severity: 'error', message: more, advice: ADVICE },
  ];
}

function unverified({ verified }: Report, folder: string): Problem[] {
  if (verified) return [];
  return [
    {
      code: 'RP_MISMATCH',
      severity: 'info',
      message:
        'The report has no checksums, as the job ran with --no-verify: names, sizes and headers were compared.',
      file: join(folder, REPORT_NAME),
    },
  ];
}

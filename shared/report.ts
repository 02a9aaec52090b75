import * as z from 'zod';
import { DTYPE_NAMES } from './dtype.ts';
import { refuse } from './errors.ts';
import { replicaDifference } from './replica-difference.ts';

/** What every job leaves in its output folder: what was asked, what it read, what it wrote. */
export const REPORT_NAME = 'shardscope-report.json';
const REPORT_FORMAT = 'shardscope-report';
const REPORT_VERSION = 1;

const count = z.int().min(0);
const crc32 = z.string().regex(/^[0-9a-f]{8}$/);
const coordinates = z.array(count);

const reportSource = z.strictObject({
  /** Relative to the job's `path` where it lies below it, with `/` between folders. */
  path: z.string(),
  size: count,
  /** ISO 8601. */
  modified: z.string(),
  rank: count.optional(),
});

const reportFile = z.strictObject({
  /** Relative to the output folder. */
  path: z.string(),
  size: count,
  tensors: count,
  /** Of the bytes that are no tensor's: a header, or all of an index. Absent when nothing was verified. */
  crc32: crc32.optional(),
});

const reportOrigin = z.strictObject({
  /** Index into `sources`. */
  file: count,
  /** Name there, where it is another. */
  tensor: z.string().optional(),
  /** What was taken of the whole tensor; absent for all of it, and of tensors that are joined or split. */
  box: z.strictObject({ start: coordinates, extent: coordinates }).optional(),
});

const reportTensor = z.strictObject({
  name: z.string(),
  dtype: z.enum(DTYPE_NAMES),
  /** Digits where a dimension is above 2^53. */
  shape: z.array(z.union([count, z.string().regex(/^\d+$/)])),
  bytes: count,
  /** Index into `files`. */
  file: count,
  crc32: crc32.optional(),
  from: z.array(reportOrigin),
});

const reportCounts = z.strictObject({
  /** Distinct names. */
  tensors: z.strictObject({ in: count, leftOut: count, out: count }),
  /** Of tensor data; `in + repeated + cast == out + leftOut + redundant + unused`. */
  bytes: z.strictObject({
    /** In the source files, every copy counted. */
    in: count,
    /** Of tensors that are in no output. */
    leftOut: count,
    /** Copies of what was read, and slices that only ranks need which were not asked for. */
    redundant: count,
    /** Read, and asked for by no output: slices of other ranks. */
    unused: count,
    /** Written again, as several outputs hold the same. */
    repeated: count,
    /** What a change of dtype added, or (negative) took away. */
    cast: z.int(),
    out: count,
  }),
});

const report = z.strictObject({
  format: z.literal(REPORT_FORMAT),
  version: z.literal(REPORT_VERSION),
  /** Version of the program. */
  shardscope: z.string(),
  /** Two jobs with one fingerprint write the same bytes: it is of the version, the plan, and the sources' sizes and times. */
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  /** The job and its options as the contract has them (`job-options.ts`), but those that change no output. */
  options: z.record(z.string(), z.json()),
  /** false with `--no-verify`: then nothing was read back, and there are no checksums. */
  verified: z.boolean(),
  counts: reportCounts,
  warnings: z.array(z.string()),
  /** Copies that differ from those of the rank that `onConflict` of the options chose; `file` as in `sources`. */
  decisions: z.array(replicaDifference),
  sources: z.array(reportSource),
  files: z.array(reportFile),
  /** In the order of the files and of the data in them. */
  tensors: z.array(reportTensor),
});

export type Report = z.output<typeof report>;
export type ReportCounts = Report['counts'];
export type ReportTensor = Report['tensors'][number];

/** A report whose tensors are made when they are written: there may be a million. */
export type ReportDraft = Omit<Report, 'tensors'> & { readonly tensors: Iterable<ReportTensor> };

export const REPORT_HEAD = { format: REPORT_FORMAT, version: REPORT_VERSION } as const;

/** The report as JSON, in pieces of a line at most; one line for each source, file and tensor. */
export function* serializeReport(draft: ReportDraft): Generator<string> {
  let before = '{\n';
  for (const [key, value] of Object.entries(draft)) {
    yield `${before}${JSON.stringify(key)}: `;
    if (isList(value)) yield* listLines(value);
    else yield JSON.stringify(value);
    before = ',\n';
  }
  yield '\n}\n';
}

function isList(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function* listLines(items: Iterable<unknown>): Generator<string> {
  let before = '[\n';
  for (const item of items) {
    yield `${before}${JSON.stringify(item)}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]' : '\n]';
}

/** Refuses RP_PARSE for anything but a report of this version. */
export function parseReport(text: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('RP_PARSE', 'The report is not valid JSON.', ADVICE);
  }
  const parsed = report.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'its top';
  return refuse('RP_PARSE', `The report cannot be used: ${issue?.message ?? 'unknown'} at ${where}.`, ADVICE);
}

const ADVICE = 'Remove it to verify the folder without it; run the job again for a new one.';

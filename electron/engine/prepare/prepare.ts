import { resolve } from 'node:path';
import { commandLine } from '../../../shared/command-line.ts';
import type { JobDraft, JobOptions } from '../../../shared/job-options.ts';
import type { JobPhase, JobResult } from '../../../shared/jobs.ts';
import { castWarnings } from '../../../shared/plan/cast.ts';
import { checkPlan } from '../../../shared/plan/check.ts';
import { bytesMoved, bytesRead, bytesWritten, ranksRead, tensorCount } from '../../../shared/plan/plan.ts';
import type { PlanPreview } from '../../../shared/plan/preview.ts';
import { shareOf } from '../../../shared/plan/shares.ts';
import { REPORT_NAME } from '../../../shared/report.ts';
import { amount } from '../../../shared/text/units.ts';
import { copyBufferBytes, executePlan } from '../execute.ts';
import type { OpenStrategy } from '../open/find-strategy.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import type { WorkerPool } from '../pool.ts';
import { freeBytesAt } from '../space.ts';
import { comparingCopies, differenceWarnings } from './compare-copies.ts';
import { prepareConvert } from './convert.ts';
import { prepareMerge } from './merge.ts';
import { prepareMetadata } from './metadata.ts';
import { hasContent, proposeOut } from './out-folder.ts';
import type { Prepared } from './prepared.ts';
import { prepareRedundancy, prepareReshard, prepareSlice } from './rank-folders.ts';
import { prepareRename } from './rename.ts';
import { aboutReportBytes, reportRequest } from './report.ts';
import { prepareSalvage } from './salvage.ts';

/** Bytes a second that a first estimate assumes; later ones use what the last job reached. */
const ASSUMED_RATE = 500e6;

/** Reads the strategy at a path that a job writes for. */
export type ReadStrategy = (path: string) => Promise<OpenStrategy>;

/** Plans a job on its opened source; refuses what cannot be done before anything is written. */
export function prepare(
  open: OpenCheckpoint,
  options: JobDraft,
  readStrategy: ReadStrategy,
): Promise<Prepared> {
  return comparingCopies(open, options, (source) => planJob(source, options, readStrategy));
}

async function planJob(
  open: OpenCheckpoint,
  options: JobDraft,
  readStrategy: ReadStrategy,
): Promise<Prepared> {
  switch (options.job) {
    case 'merge':
      return prepareMerge(open, options);
    case 'slice':
      return prepareSlice(open, options, await readStrategy(options.dstStrategy));
    case 'reshard':
      return prepareReshard(open, options, await readStrategy(options.dstStrategy));
    case 'dedupe':
    case 'restore':
      return prepareRedundancy(open, options);
    case 'rename':
      return prepareRename(open, options);
    case 'convert':
      return prepareConvert(open, options);
    case 'metadata':
      return prepareMetadata(open, options);
    case 'salvage':
      return prepareSalvage(open);
  }
}

/** What a job would do, for the dialog and `--dry-run`. Writes nothing. */
export async function preview(
  open: OpenCheckpoint,
  options: JobDraft,
  context: { readStrategy: ReadStrategy; roots: readonly string[]; threads: number; rate?: number },
): Promise<PlanPreview> {
  const { plan: whole, facts, outName, findings } = await prepare(open, options, context.readStrategy);
  const { split } = options;
  const plan = split ? shareOf(whole, split) : whole;
  const share =
    split &&
    `Share ${split.index} of ${split.count}: ${amount(plan.outputs.length, 'file')} of ${whole.outputs.length}.`;
  const out =
    options.out === undefined ? proposeOut(open.summary.path, outName, context.roots) : resolve(options.out);
  const written = bytesWritten(plan);
  const passes = options.verify ? 2 : 1;
  return {
    facts: share === undefined ? facts : [...facts, share],
    out,
    outputs: [
      ...plan.outputs.map((file) => ({ path: file.path, tensors: file.tensorCount, bytes: file.size })),
      ...plan.texts.map((text) => ({ path: text.path, tensors: 0, bytes: Buffer.byteLength(text.text) })),
      ...(options.report && !split ? [{ path: REPORT_NAME, tensors: 0, bytes: aboutReportBytes(plan) }] : []),
    ],
    tensors: tensorCount(plan),
    bytesWritten: written,
    bytesRead: bytesRead(plan),
    ranksRead: ranksRead(plan),
    peakMemoryBytes: copyBufferBytes(options.threads ?? context.threads, options.memoryBytes),
    // Some network drives do not say; a number that is always enough is all that the preview needs.
    freeBytes: Math.min(await freeBytesAt(out), Number.MAX_SAFE_INTEGER),
    secondsEstimate: (written * passes) / (context.rate ?? ASSUMED_RATE),
    warnings: plan.warnings,
    outExists: hasContent(out),
    optimizer: open.summary.optimizer,
    commandLine: commandLine({ ...options, out }),
    ...findings,
  };
}

/** Where a job reports to and what it may use. */
export interface RunContext {
  readonly pool: WorkerPool;
  readonly signal: AbortSignal;
  readonly readStrategy: ReadStrategy;
  onProgress(progress: { phase: JobPhase; bytesDone: number; bytesTotal: number }): void;
}

/** Carries a job out: plans it, copies, verifies, publishes. */
export async function run(
  open: OpenCheckpoint,
  options: JobOptions,
  { pool, signal, readStrategy, onProgress }: RunContext,
): Promise<JobResult> {
  const { plan, findings } = await prepare(open, options, readStrategy);
  checkPlan(plan, open.model);
  const { out: given, threads, memoryBytes, fsync, verify, overwrite, ...rest } = options;
  const { resume, split, finish, report, ...request } = rest;
  const out = resolve(given);
  const done = await executePlan(plan, {
    ...{ out, pool, signal, onProgress, threads, memoryBytes, fsync, verify, overwrite },
    ...{ resume, split, finish, request },
    // What lies beside one file is not the source: its output may be a new folder there.
    ...(open.summary.kind === 'file' && { sourceFolders: [] }),
    report: report ? reportRequest(open, request, plan) : undefined,
  });
  const part = split ? shareOf(plan, split) : plan;
  return {
    out,
    files: done.files,
    tensors: tensorCount(part),
    bytes: bytesMoved(part),
    seconds: done.seconds,
    verified: done.verified,
    warnings: [...done.notes, ...plan.warnings, ...castWarnings(done.casts), ...differenceWarnings(done)],
    ...(done.takenOver.bytes > 0 && { takenOver: done.takenOver }),
    ...(done.shares && { shares: done.shares }),
    ...(done.alreadyThere && { alreadyThere: true }),
    ...(done.casts && { casts: done.casts }),
    ...(done.differences.length > 0 && { differences: done.differences }),
    ...findings,
  };
}

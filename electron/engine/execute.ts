import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bitsOf } from '../../shared/dtype.ts';
import { ShardscopeError } from '../../shared/errors.ts';
import type { CastFindings, JobPhase } from '../../shared/jobs.ts';
import { bytesMoved, type Plan, type SourceFile } from '../../shared/plan/plan.ts';
import { bytesCompared } from '../../shared/plan/replicas.ts';
import { type ReportRequest, reportOf } from '../../shared/plan/report.ts';
import { checkWholeBytes } from '../../shared/plan/runs.ts';
import type { ReplicaDifference } from '../../shared/replica-difference.ts';
import { REPORT_NAME } from '../../shared/report.ts';
import { Control } from './control.ts';
import { readError } from './errno.ts';
import { type Filled, fillFiles } from './fill-files.ts';
import { fingerprintOf } from './fingerprint.ts';
import { identityOf, refuseChanged } from './identity.ts';
import { type Output, openOutput } from './output.ts';
import { writeReport, writeTexts } from './output-files.ts';
import type { WorkerPool } from './pool.ts';
import { Progress } from './progress.ts';
import { BUFFERS_PER_THREAD, bufferBytes } from './schedule.ts';
import { checkCrcs, crcBytesToRead } from './stored-crc.ts';
import type { TakenOver } from './tile-job.ts';

export interface ExecuteOptions {
  /** Folder to write; see `openOutput` for what it may be. */
  readonly out: string;
  readonly pool: WorkerPool;
  /** Threads to use of the pool's; all when absent. */
  readonly threads?: number | undefined;
  /** Bound on the copy buffers of all threads together, in bytes. */
  readonly memoryBytes?: number | undefined;
  readonly fsync: boolean;
  readonly verify: boolean;
  readonly overwrite: boolean;
  /** What the report of the job says beside the plan; none is written when absent. */
  readonly report?: ReportRequest | undefined;
  /** Folders that nothing may be written into: those of the source files when absent. */
  readonly sourceFolders?: readonly string[] | undefined;
  /** Go on with what a killed run of the same job left; true when absent. Without `verify` nothing can be. */
  readonly resume?: boolean | undefined;
  /** The options that the plan was made with, to say what changed since a killed run. */
  readonly request?: Readonly<Record<string, unknown>> | undefined;
  readonly signal: AbortSignal;
  /** Called at most ten times a second, and at each change of phase. Bytes count the tensor data of the output. */
  onProgress(progress: { phase: JobPhase; bytesDone: number; bytesTotal: number }): void;
  /** For tests: runs when all is copied and nothing is verified yet. */
  beforeVerify?(temporary: string): Promise<void> | void;
}

export interface ExecuteResult {
  /** Files of the output in the order of the plan, with their final absolute paths. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly seconds: number;
  readonly verified: boolean;
  /** What of the work of a killed run was found whole. */
  readonly takenOver: TakenOver;
  /** Absent when nothing was cast. */
  readonly casts?: CastFindings;
  /** Copies on other ranks that differ from those that `onConflict` of the plan chose. */
  readonly differences: readonly ReplicaDifference[];
  /** Why the work of a killed run was not taken over, in sentences. */
  readonly notes: readonly string[];
}

/** Copy buffers of all threads together, in bytes: what `memoryBytes` bounds. */
export function copyBufferBytes(threads: number, memoryBytes?: number): number {
  return bufferBytes(threads, memoryBytes) * BUFFERS_PER_THREAD * threads;
}

/**
 * Carries out a plan: writes its files into a temporary folder, reads them back and compares (with `verify`),
 * checks that no source has changed, and gives the folder its final name. Refuses what `openOutput` does before
 * anything is read; OUT_VERIFY, OUT_WRITE, OUT_SPACE, CP_OVERFLOW, IO_READ, IO_SOURCE_CHANGED, CANCELLED on the
 * way. Then nothing is published and the temporary folder is gone, and no thread works on the job any more.
 */
export async function executePlan(plan: Plan, options: ExecuteOptions): Promise<ExecuteResult> {
  const { signal, fsync, verify } = options;
  const begun = performance.now();
  const threads = Math.min(options.threads ?? options.pool.threads, options.pool.threads);
  const buffer = bufferBytes(threads, options.memoryBytes);
  checkPacked(plan, buffer);
  const control = new Control();
  const stop = () => control.stop();
  if (signal.aborted) stop();
  control.check();
  signal.addEventListener('abort', stop);
  const journal = verify ? { fingerprint: fingerprintOf(plan, options.request), buffer } : undefined;
  const output = await openOutput(plan, { ...options, journal }).catch((error: unknown) => {
    signal.removeEventListener('abort', stop);
    throw error;
  });
  const progress = new Progress(control, bytesTotal(plan, verify), options.onProgress);
  const files = filesOf(output.target, plan);
  let filled: Filled;
  try {
    control.check();
    if (crcBytesToRead(plan.sources) > 0) {
      progress.enter('checking');
      await checkCrcs(plan.sources, { pool: options.pool, control, signal });
    }
    filled = await fillFiles(plan, output.temporary, {
      ...options,
      ...{ threads, control, progress },
      ...{ journal: output.journal, done: output.done, buffer: output.buffer ?? buffer },
    });
    progress.enter('publishing');
    await writeTexts(output.temporary, plan.texts, fsync);
    if (options.report) {
      const bytes = await writeReport(output.temporary, reportOf(plan, options.report, filled), fsync);
      files.push({ path: join(output.target, REPORT_NAME), bytes });
    }
    await checkSources(plan.sources);
    control.check();
    await output.publish();
  } catch (error) {
    await output.discard();
    throw withFinalPath(error, output);
  } finally {
    progress.end();
    signal.removeEventListener('abort', stop);
  }
  return {
    files,
    seconds: (performance.now() - begun) / 1000,
    verified: verify,
    takenOver: filled.takenOver,
    ...(filled.casts && { casts: filled.casts }),
    differences: filled.differences,
    notes: output.notes,
  };
}

/** Tensor data copied, compared, and with `verify` read back; files whose CRC-32 is checked or written are read once more. */
function bytesTotal(plan: Plan, verify: boolean): number {
  const crcs = crcBytesToRead(plan.sources) + crcBytesToRead(plan.outputs);
  return bytesMoved(plan) * (verify ? 2 : 1) + bytesCompared(plan) + crcs;
}

/** Names a file by where it was going to be: its temporary folder is gone, and was nobody's to know. */
function withFinalPath(error: unknown, { temporary, target }: Output): unknown {
  if (!(error instanceof ShardscopeError)) return error;
  const { file, message } = error.fault;
  if (file === undefined || !file.startsWith(temporary)) return error;
  return new ShardscopeError({
    ...error.fault,
    file: target + file.slice(temporary.length),
    message: message.replaceAll(temporary, target),
  });
}

/** Says before anything is written where a packed dtype (F4, F6) would be cut inside a byte. */
function checkPacked(plan: Plan, buffer: number): void {
  for (const move of plan.moves) {
    const [piece] = move.to;
    if (piece !== undefined && bitsOf(piece.dtype) < 8) checkWholeBytes(move, buffer);
  }
}

/** Refuses IO_SOURCE_CHANGED when a source is not what it was when the job was planned. */
async function checkSources(sources: readonly SourceFile[]): Promise<void> {
  for (const source of sources) {
    const info = await stat(source.path, { bigint: true }).catch((error: unknown) => {
      throw readError(error, source.path);
    });
    const found = identityOf(info);
    if (found !== source.identity) refuseChanged(source, found);
  }
}

function filesOf(target: string, plan: Plan): { path: string; bytes: number }[] {
  return [
    ...plan.outputs.map(({ path, size }) => ({ path: join(target, path), bytes: size })),
    ...plan.texts.map(({ path, text }) => ({ path: join(target, path), bytes: Buffer.byteLength(text) })),
  ];
}

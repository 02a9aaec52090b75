import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ShardscopeError } from '../../shared/errors.ts';
import type { CastFindings, JobPhase, JobResult } from '../../shared/jobs.ts';
import { bytesMoved, type Plan } from '../../shared/plan/plan.ts';
import { bytesCompared } from '../../shared/plan/replicas.ts';
import type { ReportRequest } from '../../shared/plan/report.ts';
import type { Split } from '../../shared/plan/shares.ts';
import type { ReplicaDifference } from '../../shared/replica-difference.ts';
import { REPORT_NAME } from '../../shared/report.ts';
import type { Control } from './control.ts';
import type { TakenOver } from './fill-files.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { WorkerPool } from './pool.ts';
import { crcBytesToRead } from './stored-crc.ts';

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
  readonly report?: Omit<ReportRequest, 'fingerprint'> | undefined;
  /** Folders that nothing may be written into: those of the source files when absent. */
  readonly sourceFolders?: readonly string[] | undefined;
  /** Go on with what a killed run of the same job left; true when absent. Without `verify` nothing can be. */
  readonly resume?: boolean | undefined;
  /** The options that the plan was made with, to say what changed since a killed run. */
  readonly request?: Readonly<Record<string, unknown>> | undefined;
  /** Do only this share of the output files; the last to be done publishes all. */
  readonly split?: Split | undefined;
  /** Publish what all shares wrote, or refuse. */
  readonly finish?: boolean | undefined;
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
  /** Of a split job: its shares, how many are finished, and whether that made the output complete. */
  readonly shares?: JobResult['shares'];
  /** All of it was published by an earlier run of the same job: nothing was written. */
  readonly alreadyThere?: boolean;
  /** Why the work of a killed run was not taken over, in sentences. */
  readonly notes: readonly string[];
}

/** The options as this run takes them, with what all of its parts use. */
export interface Execution extends ExecuteOptions {
  readonly threads: number;
  readonly buffer: number;
  readonly control: Control;
  readonly fingerprint: Fingerprint;
  readonly report?: ReportRequest | undefined;
}

/** Tensor data copied, compared, and with `verify` read back; files whose CRC-32 is checked or written are read once more. */
export function bytesTotal(plan: Plan, verify: boolean): number {
  const crcs = crcBytesToRead(plan.sources) + crcBytesToRead(plan.outputs);
  return bytesMoved(plan) * (verify ? 2 : 1) + bytesCompared(plan) + crcs;
}

/** Names a file by where it was going to be: its temporary folder is gone, and was nobody's to know. */
export function withFinalPath(
  error: unknown,
  { temporary, target }: { temporary: string; target: string },
): unknown {
  if (!(error instanceof ShardscopeError)) return error;
  const { file, message } = error.fault;
  if (file === undefined || !file.startsWith(temporary)) return error;
  return new ShardscopeError({
    ...error.fault,
    file: target + file.slice(temporary.length),
    message: message.replaceAll(temporary, target),
  });
}

/** Files of the output in the order of the plan, with their final absolute paths. */
export function filesOf(target: string, plan: Plan): { path: string; bytes: number }[] {
  return [
    ...plan.outputs.map(({ path, size }) => ({ path: join(target, path), bytes: size })),
    ...plan.texts.map(({ path, text }) => ({ path: join(target, path), bytes: Buffer.byteLength(text) })),
  ];
}

/** The same of an output that is published, with its report. */
export async function publishedFiles(
  target: string,
  plan: Plan,
  report: boolean,
): Promise<{ path: string; bytes: number }[]> {
  const path = join(target, REPORT_NAME);
  return [...filesOf(target, plan), ...(report ? [{ path, bytes: (await stat(path)).size }] : [])];
}

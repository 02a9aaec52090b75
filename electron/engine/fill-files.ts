import type { CastFindings } from '../../shared/jobs.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import type { OutputSums } from '../../shared/plan/report.ts';
import type { ReplicaDifference } from '../../shared/replica-difference.ts';
import type { Control } from './control.ts';
import type { Journal, Portions } from './journal.ts';
import { createFiles, fileSums, syncFiles, verifyLiterals } from './output-files.ts';
import type { WorkerPool } from './pool.ts';
import type { Progress } from './progress.ts';
import { writeCrcs } from './stored-crc.ts';
import { TileJob } from './tile-job.ts';

export interface FillOptions {
  readonly pool: WorkerPool;
  readonly threads: number;
  /** Length of one buffer of a thread, in bytes. */
  readonly buffer: number;
  readonly fsync: boolean;
  readonly verify: boolean;
  readonly signal: AbortSignal;
  readonly control: Control;
  readonly progress: Progress;
  /** Where to note what was copied, for a run after a kill. */
  readonly journal?: Journal | undefined;
  /** What the journal of an earlier run says of the files. */
  readonly done: Portions;
  /** For tests: runs when all is copied and nothing is verified yet. */
  beforeVerify?: ((folder: string) => Promise<void> | void) | undefined;
}

/** What of the work of a killed run was found whole: bytes of tensor data, files that needed nothing more. */
export interface TakenOver {
  readonly bytes: number;
  readonly files: number;
}

export interface Filled {
  /** Of what was read back; none without `verify`. */
  readonly sums?: OutputSums;
  readonly takenOver: TakenOver;
  /** Absent when nothing was cast. */
  readonly casts?: CastFindings;
  /** Copies that differ from those that `onConflict` of the plan chose. */
  readonly differences: readonly ReplicaDifference[];
}

/**
 * Writes a plan's files into a folder: makes them, copies what no earlier run did, flushes them, reads them back
 * and compares. When it fails, no thread works on them any more.
 */
export async function fillFiles(plan: Plan, folder: string, options: FillOptions): Promise<Filled> {
  const { fsync, verify, signal, control, progress } = options;
  await createFiles(folder, plan.outputs);
  const job = new TileJob(plan, folder, options);
  if (options.done.size > 0) progress.enter('checking');
  const { bytes, unfinished } = await job.takeOver();
  const takenOver = { bytes, files: plan.outputs.length - unfinished.size };
  progress.enter('copying');
  await job.copy();
  const outputs = await writeCrcs(folder, plan.outputs, options);
  await options.beforeVerify?.(folder);
  progress.enter(verify ? 'verifying' : 'publishing');
  let syncFailure: unknown;
  const synced = fsync ? syncFiles(folder, plan.outputs) : Promise.resolve();
  synced.catch((error: unknown) => {
    syncFailure = error;
    control.stop();
  });
  try {
    if (verify) await verifyLiterals(folder, outputs);
    const pieces = verify ? await job.verify() : undefined;
    await unlessAborted(synced, signal);
    const sums = pieces && { pieces, files: fileSums(outputs, plan.texts) };
    const casts = job.casts.findings();
    return { takenOver, differences: job.differences, ...(sums && { sums }), ...(casts && { casts }) };
  } catch (error) {
    throw syncFailure ?? error;
  }
}

/** Waits for a flush, which no call can interrupt, until it ends or the job is cancelled. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  let leave = () => {};
  const aborted = new Promise<void>((resolve) => {
    leave = resolve;
  });
  signal.addEventListener('abort', leave);
  if (!signal.aborted) await Promise.race([work, aborted]);
  signal.removeEventListener('abort', leave);
}

import type { Problem } from '../../shared/checkpoint.ts';
import { asFault } from '../../shared/errors.ts';
import type { JobPhase, JobResult } from '../../shared/jobs.ts';
import type { ModelTensor, WeightFile } from '../../shared/model.ts';
import { type StoredCrc, storedCrc } from '../../shared/stored-crc.ts';
import { Control } from './control.ts';
import { asProblem } from './open/context.ts';
import type { OpenCheckpoint } from './open/open.ts';
import { worstFirst } from './open/summary.ts';
import type { WorkerPool } from './pool.ts';
import { Progress } from './progress.ts';
import { compareReplicas, replicaBatches } from './replicas.ts';
import { computeCrc, crcFault } from './stored-crc.ts';

export interface VerifyContext {
  readonly pool: WorkerPool;
  readonly signal: AbortSignal;
  onProgress(progress: { phase: JobPhase; bytesDone: number; bytesTotal: number }): void;
}

/**
 * Checks an opened checkpoint: what opening found out from headers, sizes and indexes, then every stored
 * CRC-32, and with a strategy that the copies of each slice are equal bit for bit. What is wrong is in the
 * result; thrown is CANCELLED alone, when no thread reads any more.
 */
export async function runVerify(open: OpenCheckpoint, context: VerifyContext): Promise<JobResult> {
  const started = performance.now();
  const { model, summary } = open;
  const crcs = model.files.flatMap((file) => {
    const crc = storedCrc(file.header);
    return crc === undefined ? [] : [{ file, crc }];
  });
  const replicated = open.strategy ? model.tensors.filter(isReplicated) : [];
  const control = new Control();
  const stop = () => control.stop();
  context.signal.addEventListener('abort', stop);
  if (context.signal.aborted) stop();
  const progress = new Progress(control, bytesToRead(crcs, replicated), context.onProgress);
  progress.enter('verifying');
  const found = [...summary.problems];
  try {
    const work = tasks(crcs, replicated, open, control, context);
    await atOnce(context.pool.threads + 1, work, (more) => found.push(...more), stop);
    const problems = worstFirst(found);
    return {
      out: summary.path,
      files: model.files.map(({ path, size }) => ({ path, bytes: size })),
      tensors: model.tensors.length,
      bytes: control.bytesDone,
      seconds: (performance.now() - started) / 1000,
      verified: !problems.some((problem) => problem.severity === 'error'),
      warnings: problems.filter(({ severity }) => severity !== 'info').map(({ message }) => message),
      problems,
    };
  } finally {
    progress.end();
    context.signal.removeEventListener('abort', stop);
  }
}

interface CrcToCheck {
  readonly file: WeightFile;
  readonly crc: StoredCrc;
}

type Check = () => Promise<readonly Problem[]>;

function isReplicated({ layouts, holders, slices }: ModelTensor): boolean {
  return layouts.length > 0 && holders.length > slices;
}

function bytesToRead(crcs: readonly CrcToCheck[], replicated: readonly ModelTensor[]): number {
  let bytes = 0;
  for (const { file } of crcs) bytes += file.size;
  for (const { holders } of replicated) for (const { stored } of holders) bytes += stored.byteLength;
  return bytes;
}

/** One check after another, made when it is its turn: a thousand ranks have a million pieces in all. */
async function* tasks(
  crcs: readonly CrcToCheck[],
  replicated: readonly ModelTensor[],
  open: OpenCheckpoint,
  control: Control,
  context: VerifyContext,
): AsyncGenerator<Check> {
  for (const crc of crcs) yield () => finding(() => checkCrc(crc, control, context));
  for (const batch of replicaBatches(replicated, open)) {
    yield () => finding(() => compareReplicas(batch, open, control, context));
    // Finding the next pieces takes this thread a while: other calls come first.
    await new Promise((resume) => setImmediate(resume));
  }
}

/** Runs checks, `count` at once. A failure stops the others and is thrown when the last has ended. */
async function atOnce(
  count: number,
  checks: AsyncGenerator<Check>,
  take: (found: readonly Problem[]) => void,
  stop: () => void,
): Promise<void> {
  const runner = async () => {
    try {
      for (let next = await checks.next(); !next.done; next = await checks.next()) take(await next.value());
    } catch (error) {
      stop();
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: count }, runner));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/** A file that cannot be read (any more) is a finding; only cancelling ends the check. */
async function finding(check: Check): Promise<readonly Problem[]> {
  try {
    return await check();
  } catch (error) {
    const fault = asFault(error);
    if (fault.code === 'CANCELLED' || fault.code === 'INTERNAL') throw error;
    return [asProblem(fault, 'error')];
  }
}

async function checkCrc(
  { file, crc }: CrcToCheck,
  control: Control,
  { pool, signal }: VerifyContext,
): Promise<readonly Problem[]> {
  const computed = await computeCrc(file, crc.format, { pool, signal, control });
  if (computed === crc.stored) return [];
  return [asProblem(crcFault(file.path, crc.stored, computed), 'error', file.rank)];
}

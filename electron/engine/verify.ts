import type { Problem } from '../../shared/checkpoint.ts';
import { asFault } from '../../shared/errors.ts';
import type { JobPhase, JobResult } from '../../shared/jobs.ts';
import type { ModelTensor, WeightFile } from '../../shared/model.ts';
import type { ReplicaDifference } from '../../shared/replica-difference.ts';
import { type StoredCrc, storedCrc } from '../../shared/stored-crc.ts';
import { Control } from './control.ts';
import { asProblem } from './open/context.ts';
import type { OpenCheckpoint } from './open/open.ts';
import { worstFirst } from './open/summary.ts';
import type { WorkerPool } from './pool.ts';
import { Progress } from './progress.ts';
import { compareReplicas, differenceProblem, replicaBatches } from './replicas.ts';
import { bytesToSum, checkSums, type SumsToCheck } from './report-sums.ts';
import { computeCrc, crcFault } from './stored-crc.ts';
import { againstReport } from './verify-report.ts';
import { strategyResult } from './verify-strategy.ts';

export interface VerifyContext {
  readonly pool: WorkerPool;
  readonly signal: AbortSignal;
  onProgress(progress: { phase: JobPhase; bytesDone: number; bytesTotal: number }): void;
}

/**
 * Checks an opened checkpoint: what opening found out from headers, sizes and indexes, then every stored
 * CRC-32, the output of a job against its report, and with a strategy that the copies of each slice are equal
 * bit for bit. What is wrong is in the
 * result; thrown is CANCELLED alone, when no thread reads any more.
 *
 * @param only what to check, where not everything
 */
export async function runVerify(
  open: OpenCheckpoint,
  context: VerifyContext,
  only?: 'replicas',
): Promise<JobResult> {
  const { model, summary } = open;
  if (summary.kind === 'strategy') return strategyResult(open);
  const started = performance.now();
  const crcs = only === undefined ? crcsToCheck(model.files) : [];
  const replicated = open.strategy ? model.tensors.filter(isReplicated) : [];
  const against = only === undefined ? await againstReport(open, context) : undefined;
  const control = new Control();
  const stop = () => control.stop();
  context.signal.addEventListener('abort', stop);
  if (context.signal.aborted) stop();
  const found: Found = { problems: only === undefined ? [...summary.problems] : [], differences: [] };
  found.problems.push(...(against?.problems ?? []));
  const sums = against?.sums ?? [];
  const bytesTotal = bytesToRead(crcs, replicated) + bytesToSum(sums);
  const progress = new Progress(control, bytesTotal, context.onProgress);
  progress.enter('verifying');
  try {
    const checks = tasks(crcs, sums, replicated, open, control, context, found);
    await atOnce(context.pool.threads + 1, checks, stop);
    const problems = worstFirst(found.problems);
    return {
      out: summary.path,
      files: model.files.map(({ path, size }) => ({ path, bytes: size })),
      tensors: only === undefined ? model.tensors.length : replicated.length,
      bytes: control.bytesDone,
      seconds: (performance.now() - started) / 1000,
      verified: !problems.some((problem) => problem.severity === 'error'),
      warnings: problems.filter(({ severity }) => severity !== 'info').map(({ message }) => message),
      problems,
      differences: found.differences,
      ...(against && { againstReport: true }),
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

/** What the checks found so far; each adds to it. */
interface Found {
  readonly problems: Problem[];
  readonly differences: ReplicaDifference[];
}

type Check = () => Promise<void>;

function crcsToCheck(files: readonly WeightFile[]): CrcToCheck[] {
  return files.flatMap((file) => {
    const crc = storedCrc(file.header);
    return crc === undefined ? [] : [{ file, crc }];
  });
}

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
  sums: readonly SumsToCheck[],
  replicated: readonly ModelTensor[],
  open: OpenCheckpoint,
  control: Control,
  context: VerifyContext,
  found: Found,
): AsyncGenerator<Check> {
  for (const crc of crcs)
    yield finding(found, async () => {
      found.problems.push(...(await checkCrc(crc, control, context)));
    });
  for (const one of sums)
    yield finding(found, async () => {
      found.problems.push(...(await checkSums(one, control, context)));
    });
  for (const batch of replicaBatches(replicated, open)) {
    yield finding(found, async () => {
      const differences = await compareReplicas(batch, open, control, context);
      found.differences.push(...differences);
      found.problems.push(...differences.map(differenceProblem));
    });
    // Finding the next pieces takes this thread a while: other calls come first.
    await new Promise((resume) => setImmediate(resume));
  }
}

/** Runs checks, `count` at once. A failure stops the others and is thrown when the last has ended. */
async function atOnce(count: number, checks: AsyncGenerator<Check>, stop: () => void): Promise<void> {
  const runner = async () => {
    try {
      for (let next = await checks.next(); !next.done; next = await checks.next()) await next.value();
    } catch (error) {
      stop();
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: count }, runner));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/** A file that cannot be read (any more) is a finding; only cancelling ends the check. */
function finding({ problems }: Found, check: Check): Check {
  return async () => {
    try {
      await check();
    } catch (error) {
      const fault = asFault(error);
      if (fault.code === 'CANCELLED' || fault.code === 'INTERNAL') throw error;
      problems.push(asProblem(fault, 'error'));
    }
  };
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

import type { Problem } from '../../shared/checkpoint.ts';
import { asFault } from '../../shared/errors.ts';
import type { JobPhase, JobResult } from '../../shared/jobs.ts';
import type { ModelTensor, WeightFile } from '../../shared/model.ts';
import { Control } from './control.ts';
import { asProblem } from './open/context.ts';
import type { OpenCheckpoint } from './open/open.ts';
import { worstFirst } from './open/summary.ts';
import type { WorkerPool } from './pool.ts';
import { Progress } from './progress.ts';
import { compareReplicas, replicaBatches } from './replicas.ts';

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
    const stored = storedCrc(file);
    return stored === undefined ? [] : [{ file, stored }];
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

interface StoredCrc {
  readonly file: WeightFile;
  readonly stored: number;
}

type Check = () => Promise<readonly Problem[]>;

function isReplicated({ layouts, holders, slices }: ModelTensor): boolean {
  return layouts.length > 0 && holders.length > slices;
}

function bytesToRead(crcs: readonly StoredCrc[], replicated: readonly ModelTensor[]): number {
  let bytes = 0;
  for (const { file } of crcs) bytes += file.size;
  for (const { holders } of replicated) for (const { stored } of holders) bytes += stored.byteLength;
  return bytes;
}

/** One check after another, made when it is its turn: a thousand ranks have a million pieces in all. */
async function* tasks(
  crcs: readonly StoredCrc[],
  replicated: readonly ModelTensor[],
  open: OpenCheckpoint,
  control: Control,
  context: VerifyContext,
): AsyncGenerator<Check> {
  for (const { file, stored } of crcs) yield () => finding(() => checkCrc(file, stored, control, context));
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

/** A `.ckpt` says its CRC in its trailer, safetensors in the metadata key `crc_num`. */
function storedCrc({ header }: WeightFile): number | undefined {
  if (header.format === 'ckpt') return header.crc;
  const text = header.metadata.get('crc_num');
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

async function checkCrc(
  file: WeightFile,
  stored: number,
  control: Control,
  { pool, signal }: VerifyContext,
): Promise<readonly Problem[]> {
  const { path, size, identity, header } = file;
  const task = {
    type: 'check-crc',
    source: { path, size, identity },
    format: header.format,
    control: control.shared,
  } as const;
  const computed = await pool.run(task, signal);
  if (computed === stored) return [];
  return [
    {
      code: 'CK_CRC',
      severity: 'error',
      message: `${path} has the CRC-32 ${computed}, and says that it should be ${stored}: its content changed after it was saved.`,
      advice: 'Copy it again from where it was saved, or use another save.',
      file: path,
      ...(file.rank !== undefined && { rank: file.rank }),
    },
  ];
}

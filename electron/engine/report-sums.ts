import type { Problem } from '../../shared/checkpoint.ts';
import { crc32Text } from '../../shared/crc32.ts';
import type { Extent } from '../../shared/plan/piece.ts';
import { escapeText } from '../../shared/text/escape.ts';
import type { Control } from './control.ts';
import type { SourceName } from './open-files.ts';
import type { WorkerPool } from './pool.ts';

/** Parts of one file with the CRC-32 that the report gives them. */
export interface SumsToCheck {
  readonly source: SourceName;
  readonly runs: readonly Run[];
}

export interface Run {
  readonly extents: readonly Extent[];
  readonly crc32: string;
  /** Absent for what is no tensor's: a header, an index. */
  readonly tensor?: string;
}

/** Reads for one task: enough to be worth its start, little enough to share the threads evenly. */
const TASK_BYTES = 64 * 1024 ** 2;

export const ADVICE =
  'Something changed the folder after the job: run the job again, or copy it again from where it was whole.';

/** As many runs together as are worth a task. */
export function* batches(source: SourceName, runs: readonly Run[]): Generator<SumsToCheck> {
  let batch: Run[] = [];
  let bytes = 0;
  for (const run of runs) {
    batch.push(run);
    bytes += bytesOf(run);
    if (bytes < TASK_BYTES) continue;
    yield { source, runs: batch };
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield { source, runs: batch };
}

function bytesOf({ extents }: Run): number {
  return extents.reduce((sum, { length }) => sum + length, 0);
}

/** What `checkSums` reads of all. */
export function bytesToSum(sums: readonly SumsToCheck[]): number {
  return sums.reduce((sum, { runs }) => sum + runs.reduce((bytes, run) => bytes + bytesOf(run), 0), 0);
}

/** Reads parts of a file on a thread. Throws IO_READ, IO_SOURCE_CHANGED, CANCELLED. */
export async function checkSums(
  { source, runs }: SumsToCheck,
  control: Control,
  { pool, signal }: { readonly pool: WorkerPool; readonly signal: AbortSignal },
): Promise<Problem[]> {
  const task = {
    type: 'sum-runs',
    source: { path: source.path, identity: source.identity },
    runs: runs.map(({ extents }) => extents),
    control: control.shared,
  } as const;
  const found = await pool.run(task, signal);
  return runs.flatMap(({ crc32, tensor }, i): Problem[] => {
    const sum = crc32Text(found[i] ?? 0);
    if (sum === crc32) return [];
    const what = tensor === undefined ? 'What is no tensor (header or index)' : `'${escapeText(tensor)}'`;
    return [
      {
        code: 'RP_MISMATCH',
        severity: 'error',
        message: `${what} in ${source.path} is not what the job wrote: its CRC-32 is ${sum}, it was ${crc32}.`,
        advice: ADVICE,
        file: source.path,
        ...(tensor !== undefined && { tensor }),
      },
    ];
  });
}

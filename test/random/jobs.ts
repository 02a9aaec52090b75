import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStrategyAt, strategyFilesAt } from '../../electron/engine/open/find-strategy.ts';
import { openCheckpoint } from '../../electron/engine/open/open.ts';
import { WorkerPool } from '../../electron/engine/pool.ts';
import { run } from '../../electron/engine/prepare/prepare.ts';
import { type JobInput, jobOptions } from '../../shared/job-options.ts';
import type { JobResult } from '../../shared/jobs.ts';

/** For tests: the whole path from folder to verified output in this process, its threads kept between jobs. */
export class Jobs {
  readonly #pool = new WorkerPool(2);
  readonly #folder = mkdtempSync(join(tmpdir(), 'shardscope-jobs-'));
  #samples = 0;

  async run(input: JobInput): Promise<JobResult> {
    // A report says when and from where, so no two are equal.
    const options = jobOptions.parse({ fsync: false, report: false, ...input });
    const open = await openCheckpoint(options, { pool: this.#pool });
    return run(open, options, {
      pool: this.#pool,
      signal: new AbortController().signal,
      readStrategy: async (path) =>
        readStrategyAt(path, await strategyFilesAt(path), 'given', { pool: this.#pool }),
      onProgress: () => {},
    });
  }

  /** Runs `work` with a folder of its own that is gone afterwards. */
  async inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = join(this.#folder, String(this.#samples++));
    try {
      return await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async close(): Promise<void> {
    await this.#pool.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Every run sees the same samples; another seed, or more of them, by these variables. */
export const SEED = Number(process.env.SHARDSCOPE_SEED ?? 20260729);
const TIMES = Number(process.env.SHARDSCOPE_SAMPLES ?? 1);

export function samples(count: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: Math.ceil(count * TIMES), seed: SEED };
}

/** Milliseconds for one property: it takes a tenth of that on two idle cores. */
export const TIMEOUT = 180_000 * Math.max(1, TIMES);

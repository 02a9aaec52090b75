import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { WorkerPool } from './pool.ts';

/** For tests: threads and an empty folder that all tests of a file share; both go after the last. */
export function poolAndFolder(threads = 2): { pool: WorkerPool; folder: string } {
  const pool = new WorkerPool(threads);
  const folder = mkdtempSync(join(tmpdir(), 'shardscope-test-'));
  afterAll(async () => {
    await pool.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { pool, folder };
}

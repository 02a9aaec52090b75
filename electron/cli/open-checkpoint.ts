import { type OpenCheckpoint, openCheckpoint } from '../engine/open/open.ts';
import { standInForOpening } from '../engine/open/stand-in.ts';
import { READING_THREADS, WorkerPool } from '../engine/pool.ts';
import type { CheckpointOptions } from './options.ts';

/** Reads the headers under an absolute path and says what they mean together; no tensor data is read. */
export async function readCheckpoint(path: string, options: CheckpointOptions): Promise<OpenCheckpoint> {
  const { strategy, fileSuffix } = options;
  const pool = new WorkerPool(READING_THREADS);
  pool.standIn(standInForOpening);
  try {
    return await openCheckpoint(
      { path, ...(strategy !== undefined && { strategy }), ...(fileSuffix !== undefined && { fileSuffix }) },
      { pool },
    );
  } finally {
    await pool.close();
  }
}

import { rm } from 'node:fs/promises';
import { bitsOf } from '../../shared/dtype.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import { checkWholeBytes } from '../../shared/plan/runs.ts';
import { alreadyThere } from './already-there.ts';
import { Control } from './control.ts';
import { executeShare } from './execute-share.ts';
import { executeWhole } from './execute-whole.ts';
import type { ExecuteOptions, ExecuteResult } from './execution.ts';
import { fingerprintId, fingerprintOf } from './fingerprint.ts';
import { findPlace, type Place } from './output-place.ts';
import { BUFFERS_PER_THREAD, bufferBytes } from './schedule.ts';
import { findShared, notesOnOthers } from './shared-output.ts';

/** Copy buffers of all threads together, in bytes: what `memoryBytes` bounds. */
export function copyBufferBytes(threads: number, memoryBytes?: number): number {
  return bufferBytes(threads, memoryBytes) * BUFFERS_PER_THREAD * threads;
}

/**
 * Carries out a plan: writes its files into a temporary folder, reads them back and compares (with `verify`),
 * checks that no source has changed, and gives the folder its final name. With `split` it does a share of them;
 * without, but where a split run of the same plan left its work, what is missing there. Refuses what `findPlace`
 * and `openOutput` do before anything is read; OUT_VERIFY, OUT_WRITE, OUT_SPACE, CP_OVERFLOW, IO_READ,
 * IO_SOURCE_CHANGED, OUT_INCOMPLETE, CANCELLED on the way. Then nothing is published and the temporary folder is
 * gone (files that a share finished before stay), and no thread works on the job any more.
 */
export async function executePlan(plan: Plan, options: ExecuteOptions): Promise<ExecuteResult> {
  const { signal, pool, split, finish = false, resume = true } = options;
  const threads = Math.min(options.threads ?? pool.threads, pool.threads);
  const buffer = bufferBytes(threads, options.memoryBytes);
  checkPacked(plan, buffer);
  const control = new Control();
  const stop = () => control.stop();
  if (signal.aborted) stop();
  control.check();
  signal.addEventListener('abort', stop);
  try {
    const fingerprint = fingerprintOf(plan, options.request);
    let place: Place;
    try {
      place = await findPlace(plan, options);
    } catch (error) {
      // Looked for only now: what others publish between two looks is seen by the later one.
      const found = await alreadyThere(plan, fingerprint, options);
      if (found) return found;
      throw error;
    }
    try {
      const shared = await findShared(place);
      const joins = resume && shared.has(fingerprintId(fingerprint));
      const isShare = split !== undefined || finish || joins;
      if (!isShare && !resume) await removeAll(shared);
      const notes = isShare || resume ? await notesOnOthers(shared, fingerprint) : [];
      const execute = isShare ? executeShare : executeWhole;
      const report = options.report && { ...options.report, fingerprint: fingerprintId(fingerprint) };
      const result = await execute(plan, place, {
        ...options,
        ...{ threads, buffer, control, fingerprint, report },
      });
      return { ...result, notes: [...notes, ...result.notes] };
    } catch (error) {
      await place.leave();
      throw error;
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function removeAll(folders: ReadonlyMap<string, string>): Promise<void> {
  for (const folder of folders.values()) await rm(folder, { recursive: true, force: true });
}

/** Says before anything is written where a packed dtype (F4, F6) would be cut inside a byte. */
function checkPacked(plan: Plan, buffer: number): void {
  for (const move of plan.moves) {
    const [piece] = move.to;
    if (piece !== undefined && bitsOf(piece.dtype) < 8) checkWholeBytes(move, buffer);
  }
}

import type { EngineEvent } from '../../../shared/calls.ts';
import { Control } from '../control.ts';
import type { WorkerPool } from '../pool.ts';

export type ReadingEvent = Extract<EngineEvent, { type: 'reading' }>;

/** How values are read for a call: on which threads, until when, and who hears about it. */
export interface ReadingContext {
  readonly pool: WorkerPool;
  readonly signal: AbortSignal;
  onProgress?(bytesDone: number, bytesTotal: number): void;
}

const POLL_MS = 100;

/**
 * Runs `read` with a control for its tasks: cancelling stops them at their next chunk, progress is told ten
 * times a second.
 */
export async function withControl<T>(
  { signal, onProgress }: ReadingContext,
  bytesTotal: number,
  read: (control: Control) => Promise<T>,
): Promise<T> {
  const control = new Control();
  const stop = () => control.stop();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const timer = onProgress && setInterval(() => onProgress(control.bytesDone, bytesTotal), POLL_MS);
  try {
    return await read(control);
  } finally {
    clearInterval(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** Runs tasks, at most twice as many at once as there are threads; the first failure stops the others and is thrown last. */
export async function inOrder<T, R>(
  items: Iterable<T>,
  { pool }: ReadingContext,
  control: Control,
  run: (item: T) => Promise<R>,
  take: (result: R) => void,
): Promise<void> {
  const waiting: Promise<R>[] = [];
  const next = async () => {
    const first = await waiting.shift();
    if (first !== undefined) take(first);
  };
  try {
    for (const item of items) {
      const running = run(item);
      running.catch(() => control.stop());
      waiting.push(running);
      if (waiting.length >= 2 * pool.threads) await next();
    }
    while (waiting.length > 0) await next();
  } catch (error) {
    control.stop();
    await Promise.allSettled(waiting);
    throw error;
  }
}

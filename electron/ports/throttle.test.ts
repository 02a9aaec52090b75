import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineEvent } from '../../shared/calls.ts';
import type { JobState } from '../../shared/jobs.ts';
import type { Served } from '../../shared/rpc/serve.ts';
import { throttled } from './throttle.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function job(id: string, bytesDone: number, state: 'running' | 'cancelled' = 'running'): EngineEvent {
  const progress = { phase: 'copying', bytesDone, bytesTotal: 100, rate: 1 } as const;
  const made: JobState = { id, kind: 'merge', title: id, startedAt: 0, progress, state };
  return { type: 'job', job: made };
}

function listening() {
  let emit: (event: EngineEvent) => void = () => undefined;
  const source = {
    implementation: {} as Served['implementation'],
    listen: (listener: (event: EngineEvent) => void) => {
      emit = listener;
      return () => undefined;
    },
  };
  const seen: string[] = [];
  const stop = throttled(source, 100).listen(
    (event) =>
      void seen.push(
        event.type === 'job'
          ? `${event.job.id}:${event.job.state}:${event.job.progress.bytesDone}`
          : event.type,
      ),
  );
  return { emit: (event: EngineEvent) => emit(event), seen, stop };
}

test('a thousand states of progress in a second become ten and the first', () => {
  const { emit, seen } = listening();
  for (let i = 0; i < 1000; i++) {
    emit(job('a', i));
    vi.advanceTimersByTime(1);
  }
  expect(seen.length).toBe(11);
  vi.advanceTimersByTime(100);
  expect(seen.at(-1)).toBe('a:running:999');
});

test('the end passes at once, after the progress that was held back', () => {
  const { emit, seen } = listening();
  emit(job('a', 1));
  emit(job('a', 2));
  emit(job('a', 3));
  emit(job('a', 3, 'cancelled'));
  expect(seen).toEqual(['a:running:1', 'a:running:3', 'a:cancelled:3']);
  vi.advanceTimersByTime(1000);
  expect(seen.length).toBe(3);
});

test('jobs do not hold each other back, and other events pass', () => {
  const { emit, seen } = listening();
  emit(job('a', 1));
  emit(job('b', 1));
  emit({ type: 'opening', path: '/x', filesRead: 1, filesTotal: 2 });
  expect(seen).toEqual(['a:running:1', 'b:running:1', 'opening']);
});

test('nothing comes after the end of listening', () => {
  const { emit, seen, stop } = listening();
  emit(job('a', 1));
  emit(job('a', 2));
  stop();
  vi.advanceTimersByTime(1000);
  expect(seen).toEqual(['a:running:1']);
});

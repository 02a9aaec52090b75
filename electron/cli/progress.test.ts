import { expect, test } from 'vitest';
import type { JobState } from '../../shared/jobs.ts';
import { progressWords } from './progress.ts';

const job: JobState = {
  id: 'a',
  kind: 'merge',
  title: 'Merging output',
  startedAt: 0,
  state: 'running',
  progress: { phase: 'copying', bytesDone: 3 * 2 ** 20, bytesTotal: 2 ** 23, rate: 2 ** 20, secondsLeft: 5 },
};

test('bytes, rate and time left', () => {
  expect(progressWords(job)).toBe('copying  37 %  3.0 MiB of 8.0 MiB  1.0 MiB/s  5 seconds left');
});

test('nothing is measured yet', () => {
  const progress = { phase: 'planning', bytesDone: 0, bytesTotal: 0, rate: 0 } as const;
  expect(progressWords({ ...job, progress })).toBe('planning');
  expect(progressWords({ ...job, state: 'cancelling', progress })).toBe('cancelling');
});

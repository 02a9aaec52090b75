import { existsSync, utimesSync } from 'node:fs';
import { expect, test } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import { SampleShares } from './sample-shares.ts';

const job = new SampleShares();
const { runs } = job;

/** Changes a source as another program would. */
function touch(): void {
  for (const { path } of job.sample.plan.sources.slice(0, 1)) utimesSync(path, 1, 1);
}

const CHANGED = { code: 'IO_SOURCE_CHANGED', file: expect.stringContaining('source-0.bin') };

test('a source that changes while a share copies: nothing of the share is finished', async () => {
  expect(await job.share(1, 2, { beforeVerify: touch }).catch(asFault)).toMatchObject(CHANGED);
  expect(runs.leftBehind()).toEqual([]);
});

test('a source that changes before the last share publishes: nothing is, and that is told at once', async () => {
  await job.share(1, 2);
  let publishing = 0;
  const onProgress = ({ phase }: { readonly phase: string }) => {
    if (phase !== 'publishing' || publishing > 0) return;
    publishing = performance.now();
    touch();
  };
  expect(await job.share(2, 2, { onProgress }).catch(asFault)).toMatchObject(CHANGED);
  // Another share's publishing is waited for, which takes 5 seconds: here nothing can come of that.
  expect(performance.now() - publishing).toBeLessThan(5000);
  expect(existsSync(runs.path('out'))).toBe(false);
});

import { readdirSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { createEngine } from './engine.ts';
import { callOf } from './sample-engine.ts';
import { SampleMounts } from './sample-mounts.ts';
import { makeSample } from './sample-plan.ts';
import { expectWritten, SampleRuns } from './sample-runs.ts';

/** What a job writes beside its output may fail: the output is none the worse. */
const runs = new SampleRuns(2);
const mounts = new SampleMounts();
afterEach(() => vi.restoreAllMocks());

/** Makes each write of a text that fits fail, as on a full disk. */
async function failWrites(fits: RegExp): Promise<() => number> {
  const file = await open(runs.path('probe'), 'w');
  const prototype: FileHandle = Object.getPrototypeOf(file);
  await file.close();
  const own = prototype.writeFile;
  let failed = 0;
  vi.spyOn(prototype, 'writeFile').mockImplementation(function (this: FileHandle, data, options) {
    if (typeof data !== 'string' || !fits.test(data)) return own.call(this, data, options);
    failed++;
    return Promise.reject(Object.assign(new Error('ENOSPC, by the test'), { code: 'ENOSPC' }));
  });
  return () => failed;
}

test('a journal that cannot be written any more costs going on after a kill, not the job', async () => {
  const tensor = { dtype: 'F32', shape: [64, 256], copies: 1, extentBytes: 0, leftOut: 3 } as const;
  const sample = makeSample(runs.path('source'), [
    { ...tensor, sourceCuts: [[32], []], outputCuts: [[], [128]] },
  ]);
  const failed = await failWrites(/"portion"/);
  await runs.execute(sample.plan);
  expectWritten(sample, runs.path('out'));
  expect(failed()).toBe(1);
  expect(readdirSync(runs.folder).sort()).toEqual(['out', 'probe', 'source']);
});

test('a state folder on a full disk changes nothing about opening and merging', async (context) => {
  const stateFolder = runs.path('state');
  mounts.tmpfs(context, stateFolder, '64k');
  mounts.fill(stateFolder);
  const info = { host: 'test', platform: 'linux', roots: [], readOnly: false } as const;
  const engine = createEngine({ threads: 1, stateFolder, info });
  try {
    const call = callOf(engine);
    const path = join(import.meta.dirname, '../../test/fixtures/hf_llama');
    await call('checkpoint.open', { path });
    await call('job.start', { job: 'merge', path, out: runs.path('out') });
    await expect.poll(async () => (await call('jobs.list', {})).jobs[0]?.state).toBe('done');
    expect(readdirSync(runs.path('out'))).toContain('part0.safetensors');
    expect((await call('app.info', {})).recent).toEqual([path]);
  } finally {
    await engine.close();
  }
  expect(readdirSync(stateFolder)).toEqual(['ballast']);
});

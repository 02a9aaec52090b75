import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { jobOptions } from '../../../shared/job-options.ts';
import { isSettled, type JobState } from '../../../shared/jobs.ts';
import { strategySaveOptions } from '../../../shared/strategy-options.ts';
import { createEngine } from '../engine.ts';

const FIXTURE = join(import.meta.dirname, '../../../test/fixtures/dp2_mp4');
const folder = mkdtempSync(join(tmpdir(), 'shardscope-own-'));
const engine = createEngine({
  threads: 1,
  info: { host: 'test', platform: 'linux', roots: [], readOnly: false },
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

test('a job that was refused, and a look at what one would write, make nothing an output of their own', async () => {
  const call = { signal: new AbortController().signal };
  cpSync(join(FIXTURE, 'checkpoint'), join(folder, 'checkpoint'), { recursive: true });
  cpSync(join(FIXTURE, 'strategy'), join(folder, 'strategy'), { recursive: true });
  const settled = new Promise<JobState>((resolve) => {
    engine.listen((event) => {
      if (event.type === 'job' && isSettled(event.job)) resolve(event.job);
    });
  });
  const { id } = await engine.implementation['checkpoint.open']({ path: folder }, call);
  const merge = { job: 'merge' as const, path: folder, out: join(folder, 'checkpoint') };
  await engine.implementation['job.start'](jobOptions.parse(merge), call);
  expect(await settled).toMatchObject({ state: 'failed', fault: { code: 'OUT_IS_SOURCE' } });
  const [rank, strategy] = [
    'checkpoint/rank_3/llama_tiny_rank_3-1_10.safetensors',
    'strategy/ckpt_strategy_rank_0.ckpt',
  ];
  const save = { path: join(folder, 'strategy'), out: join(folder, strategy), dryRun: true };
  await engine.implementation['strategy.save'](strategySaveOptions.parse(save), call);

  const changes = (known: string) =>
    engine.implementation['checkpoint.changes']({ checkpoint: id, known }, call);
  await changes('not as opened');
  appendFileSync(join(folder, rank), 'x');
  appendFileSync(join(folder, strategy), 'x');
  expect((await changes('')).changed.names).toEqual([rank, strategy]);
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, type TestContext, test } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import { onlyFiles } from '../../shared/plan/shares.ts';
import { REPORT_NAME } from '../../shared/report.ts';
import { isLeftoverName } from './job-record.ts';
import { SampleMounts } from './sample-mounts.ts';
import { expectWritten } from './sample-runs.ts';
import { SampleShares } from './sample-shares.ts';

const job = new SampleShares();
const { runs } = job;
const mounts = new SampleMounts();

/** What a report says beside the plan. */
const report = {
  ...{ shardscope: '1.2.3', options: {}, root: '/' },
  counts: {
    tensors: { in: 2, leftOut: 0, out: 2 },
    bytes: { in: 0, leftOut: 0, redundant: 0, unused: 0, repeated: 0, cast: 0, out: 0 },
  },
};

/** Time of change of every file of the output. */
function times(): number[] {
  return job.sample.plan.outputs.map(({ path }) => statSync(runs.path('out', path)).mtimeMs);
}

test('a share that is repeated after the end finds all there, and writes nothing', async () => {
  for (const index of [1, 2]) await job.share(index, 2, { report });
  const before = times();
  for (const options of [{}, { resume: false }, { threads: 1 }, { finish: true }]) {
    const late = await job.share(1, 2, { report, ...options });
    expect(late).toMatchObject({
      ...{ alreadyThere: true, verified: true, shares: { count: 2, finished: 2, published: true } },
      takenOver: { files: 2 },
    });
    expect(late.files.map(({ path }) => path)).toContain(runs.path('out', REPORT_NAME));
  }
  expect(await job.execute({ finish: true, report })).toMatchObject({ alreadyThere: true });
  expect(times()).toEqual(before);
  expect(runs.leftBehind()).toEqual([]);
});

const places: [string, (context: TestContext, out: string) => void][] = [
  ['', () => {}],
  [' into a mounted volume', (context, out) => mounts.tmpfs(context, out, '1m')],
];
test.for(places)(
  'shares that are repeated while the last one publishes%s end well, whenever they look',
  async ([, mount], context) => {
    mount(context, runs.path('out'));
    for (let round = 0; round < 3; round++) {
      await job.share(1, 2, { report });
      let over = false;
      const last = job.share(2, 2, { report }).finally(() => {
        over = true;
      });
      const repeated: Promise<unknown>[] = [];
      while (!over) {
        repeated.push(job.share(1 + (repeated.length % 2), 2, { report }).catch(asFault));
        await wait(1);
      }
      for (const result of await Promise.all([last, ...repeated])) expect(result).toHaveProperty('shares');
      expectWritten(job.sample, runs.path('out'));
      expect([...runs.leftBehind(), ...readdirSync(runs.path('out')).filter(isLeftoverName)]).toEqual([]);
      for (const name of readdirSync(runs.path('out'))) await rm(runs.path('out', name), { recursive: true });
    }
  },
);

const others: [string, () => Promise<unknown>][] = [
  ['was published without a report', () => rm(runs.path('out', REPORT_NAME))],
  [
    'has a pipe for a report',
    async () => {
      await rm(runs.path('out', REPORT_NAME));
      execFileSync('mkfifo', [runs.path('out', REPORT_NAME)]);
    },
  ],
  ['has a report that is none', () => writeFile(runs.path('out', REPORT_NAME), '{')],
  ['lost a file', () => rm(runs.path('out/rank_3/net.safetensors'))],
  [
    'has a pipe for a file',
    async () => {
      await rm(runs.path('out/rank_3/net.safetensors'));
      execFileSync('mkfifo', [runs.path('out/rank_3/net.safetensors')]);
    },
  ],
  ['has a file of another length', () => truncate(runs.path('out/rank_3/net.safetensors'), 900)],
  ['lost its index', () => rm(runs.path('out/model.safetensors.index.json'))],
];
test.each(others)('a late share refuses an output that %s', async (_, change) => {
  for (const index of [1, 2]) await job.share(index, 2, { report });
  await change();
  expect(await job.share(1, 2, { report }).catch(asFault)).toMatchObject({ code: 'OUT_EXISTS' });
});

test('a late share refuses the output of another job, however alike, and of changed sources', async () => {
  for (const index of [1, 2]) await job.share(index, 2, { report });
  const moves = job.sample.plan.moves.toReversed();
  const split = { index: 1, count: 2 };
  const other = await job.execute({ split, report }, { ...job.sample.plan, moves }).catch(asFault);
  expect(other).toMatchObject({ code: 'OUT_EXISTS' });
  const sources = job.sample.plan.sources.map((source) => ({ ...source, identity: `${source.identity}1` }));
  const changed = await job.execute({ split, report }, { ...job.sample.plan, sources }).catch(asFault);
  expect(changed).toMatchObject({ code: 'OUT_EXISTS' });
  // A run that is no share, and one that is to write again, do as they always do.
  expect(await job.execute({ report }).catch(asFault)).toMatchObject({ code: 'OUT_EXISTS' });
  expect(await job.share(1, 2, { report, overwrite: true })).not.toHaveProperty('alreadyThere');
});

test('a share without files ends well also where the others have published, and only there', async () => {
  const plan = { ...onlyFiles(job.sample.plan, [2]), texts: job.sample.plan.texts };
  await job.execute({ split: { index: 1, count: 3 } }, plan);
  const late = await job.execute({ split: { index: 3, count: 3 } }, plan);
  expect(late).toMatchObject({ alreadyThere: true, shares: { count: 3, finished: 3, published: true } });
  expect(runs.leftBehind()).toEqual([]);
  const taken = runs.path('taken');
  mkdirSync(taken);
  writeFileSync(join(taken, 'old.safetensors'), 'old');
  const other = await job.execute({ split: { index: 3, count: 3 }, out: taken }, plan).catch(asFault);
  expect(other).toMatchObject({ code: 'OUT_EXISTS' });
});

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import { bytesMoved } from '../../shared/plan/plan.ts';
import { onlyFiles } from '../../shared/plan/shares.ts';
import { isLeftoverName, RECORD_NAME } from './job-record.ts';
import { SampleShares } from './sample-shares.ts';

const job = new SampleShares();
const { runs } = job;

/** The folder in which the shares meet, and the finished files in it. */
function meeting(): { path: string; files: string[] } {
  const [name = ''] = runs.leftBehind();
  const files = runs.path(name, 'files');
  const finished = readdirSync(files, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return { path: runs.path(name), files: finished.map((one) => join(one.parentPath, one.name)).sort() };
}

test.each([
  [1, [1]],
  [2, [2, 1]],
  [3, [3, 1, 2]],
  [4, [2, 4, 3, 1]],
  [7, [7, 6, 5, 4, 3, 2, 1]],
])(
  '%d shares in any order give the bytes of one run; nothing has the final name before the last',
  async (count, order) => {
    let finished = 0;
    for (const [done, index] of order.entries()) {
      const { shares } = await job.share(index, count, {
        ...{ threads: 1 + (index % 2), memoryBytes: 3 * 2 * (100 + index * 1000) },
      });
      const published = done === order.length - 1;
      if (count <= 4) expect(shares).toEqual({ count, finished: done + 1, published });
      expect(shares?.finished).toBeGreaterThanOrEqual(finished);
      finished = shares?.finished ?? 0;
      if (shares?.published) break;
      expect(existsSync(runs.path('out'))).toBe(false);
      // A share without files leaves nothing where it is the first.
      expect(runs.leftBehind().length).toBeLessThanOrEqual(1);
      expect(runs.leftBehind().every(isLeftoverName)).toBe(true);
    }
    job.expectWhole();
    expect(runs.leftBehind()).toEqual([]);
  },
);

test('all shares at once, each of them twice: one output, every run ends well', async () => {
  const all = [1, 2, 3, 4, 4, 3, 2, 1].map((index) => job.share(index, 4));
  const results = await Promise.all(all);
  expect(results.some(({ shares }) => shares?.published)).toBe(true);
  job.expectWhole();
  expect(runs.leftBehind()).toEqual([]);
});

test('two finishers at once are harmless, also where an old output is replaced', async () => {
  for (const overwrite of [false, true]) {
    mkdirSync(runs.path('out'), { recursive: true });
    if (overwrite) writeFileSync(runs.path('out', 'old.safetensors'), 'old');
    await job.share(1, 2, { overwrite });
    const both = await Promise.all([job.share(2, 2, { overwrite }), job.share(2, 2, { overwrite })]);
    expect(both.map(({ shares }) => shares?.published)).toEqual([true, true]);
    job.expectWhole();
    expect(runs.leftBehind()).toEqual([]);
    rmSync(runs.path('out'), { recursive: true });
  }
});

test('a repeated share reads its files back and writes none again', async () => {
  await job.share(1, 2);
  const { path, files } = meeting();
  for (const file of files) utimesSync(file, 1000, 1000);
  const { takenOver } = await job.share(1, 2);
  expect(takenOver.files).toBe(files.length);
  expect(takenOver.bytes).toBeGreaterThan(0);
  expect(files.map((file) => statSync(file).mtimeMs)).toEqual(files.map(() => 1_000_000));
  expect(readdirSync(path).filter((name) => name.startsWith('work-'))).toEqual([]);
  await job.share(2, 2);
  job.expectWhole();
});

test('a finished file that was damaged since is written again by its share', async () => {
  await job.share(1, 2);
  const [file = ''] = meeting().files;
  const bytes = readFileSync(file);
  bytes[1000] = (bytes[1000] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await job.share(1, 2);
  await job.share(2, 2);
  job.expectWhole();
});

test('resume: false does a share anew and leaves the work of others', async () => {
  await job.share(1, 2);
  const { files } = meeting();
  for (const file of files) utimesSync(file, 1000, 1000);
  expect((await job.share(1, 2, { resume: false })).takenOver.bytes).toBe(0);
  expect(files.every((file) => statSync(file).mtimeMs > 1_000_000)).toBe(true);
  await job.share(2, 2, { resume: false });
  job.expectWhole();
});

test('different numbers of shares can be mixed: files are what counts', async () => {
  await job.share(1, 2);
  await job.share(2, 3);
  await job.share(1, 3);
  const { shares } = await job.share(3, 3);
  expect(shares).toMatchObject({ published: true });
  job.expectWhole();
});

test('other options never mix, and are told of', async () => {
  await job.share(1, 2, { request: { job: 'merge', maxShardBytes: 1 } });
  const outputs = job.sample.plan.outputs.map((output) => ({ ...output, path: `x/${output.path}` }));
  const request = { job: 'merge', maxShardBytes: 2 };
  const { shares, notes } = await job.execute(
    { split: { index: 2, count: 2 }, request },
    { ...job.sample.plan, outputs },
  );
  expect(shares).toEqual({ count: 2, finished: 1, published: false });
  expect(notes).toEqual([
    expect.stringMatching(/^Another split run.*--max-shard-size was 1 and is 2\. If it/),
  ]);
  expect(runs.leftBehind()).toHaveLength(2);
});

test('a plan with one file has all its work in one share', async () => {
  const plan = { ...onlyFiles(job.sample.plan, [2]), texts: job.sample.plan.texts };
  const first = await job.execute({ split: { index: 2, count: 2 } }, plan);
  expect(first).toMatchObject({ files: [], shares: { finished: 1, published: false } });
  expect((await job.execute({ split: { index: 1, count: 2 } }, plan)).shares?.published).toBe(true);
  expect(
    readFileSync(runs.path('out/rank_2/net.safetensors')).equals(job.sample.expected[2] ?? Buffer.of()),
  ).toBe(true);
});

test('finish publishes only what is complete, and names the shares that are missing', async () => {
  const none = await job.execute({ finish: true }).catch(asFault);
  expect(none).toMatchObject({ code: 'OUT_INCOMPLETE', found: '0 files' });
  expect(runs.leftBehind()).toEqual([]);
  await job.share(1, 4);
  const fault = await job.share(3, 4, { finish: true }).catch(asFault);
  expect(fault).toMatchObject({ code: 'OUT_INCOMPLETE', expected: '4 files', found: '2 files' });
  expect('message' in fault && fault.message).toContain('of share 2, 4 of 4');
  await job.share(2, 4);
  await job.share(4, 4);
  job.expectWhole();
});

test('cancelling a share removes its own work and nothing of the others', async () => {
  await job.share(1, 2);
  const { path, files } = meeting();
  const abort = new AbortController();
  const cancelled = job.share(2, 2, { signal: abort.signal, beforeVerify: () => abort.abort() });
  expect(await cancelled.catch(asFault)).toMatchObject({ code: 'CANCELLED' });
  expect(meeting().files).toEqual(files);
  expect(readdirSync(path).filter((name) => name.startsWith('work-'))).toEqual([]);
  await job.share(2, 2);
  job.expectWhole();
});

test('cancelling the only share leaves nothing at all', async () => {
  const abort = new AbortController();
  const out = runs.path('deep/er/out');
  const cancelled = job.share(2, 2, { out, signal: abort.signal, beforeVerify: () => abort.abort() });
  expect(await cancelled.catch(asFault)).toMatchObject({ code: 'CANCELLED' });
  expect(readdirSync(runs.folder)).toEqual(['source']);
});

test('what is written wrong is found by its share, named by its final path, and not finished', async () => {
  const damage = (work: string) => {
    const [rank = ''] = readdirSync(work).filter((name) => name.startsWith('rank'));
    const path = join(work, rank, 'net.safetensors');
    const bytes = readFileSync(path);
    bytes[500] = (bytes[500] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  };
  const fault = await job.share(1, 2, { beforeVerify: damage }).catch(asFault);
  expect(fault).toMatchObject({
    code: 'OUT_VERIFY',
    file: expect.stringContaining(runs.path('out/rank_')),
  });
  expect(runs.leftBehind()).toEqual([]);
});

test('a run without split goes on with what the shares wrote', async () => {
  await job.share(1, 2);
  const { takenOver, notes } = await job.execute();
  expect(takenOver.bytes).toBeGreaterThan(0);
  expect(takenOver.bytes).toBeLessThan(bytesMoved(job.sample.plan));
  expect(notes).toEqual(['Went on with what a split run of the same job left.']);
  job.expectWhole();
  expect(runs.leftBehind()).toEqual([]);
});

test('a run without split and with resume: false removes what shares left, of any plan', async () => {
  await job.share(1, 2);
  await job.execute({ split: { index: 1, count: 2 } }, { ...job.sample.plan, texts: [] });
  expect(runs.leftBehind()).toHaveLength(2);
  expect((await job.execute({ resume: false })).takenOver.bytes).toBe(0);
  job.expectWhole();
  expect(runs.leftBehind()).toEqual([]);
});

test('work that a killed share of this machine left is removed; that of another machine is not touched', async () => {
  await job.share(1, 2);
  const { path } = meeting();
  for (const [name, host] of [
    ['dead', undefined],
    ['elsewhere', 'elsewhere'],
  ] as const) {
    mkdirSync(join(path, `work-${name}`));
    const { hostname } = await import('node:os');
    const record = { pid: 4_194_305, host: host ?? hostname(), started: '2026-01-01T00:00:00.000Z' };
    writeFileSync(join(path, `work-${name}`, RECORD_NAME), JSON.stringify(record));
  }
  await job.share(1, 2);
  expect(readdirSync(path).filter((name) => name.startsWith('work-'))).toEqual(['work-elsewhere']);
  await job.share(2, 2);
  job.expectWhole();
  expect(runs.leftBehind()).toEqual([]);
});

test('a source that changes makes another plan: shares of before and after never meet', async () => {
  await job.share(1, 2);
  const [first, ...others] = job.sample.plan.sources;
  if (first === undefined) return expect.unreachable();
  utimesSync(first.path, 1, 1);
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(first.path, { bigint: true });
  const sources = [{ ...first, identity: [dev, ino, size, mtimeNs, ctimeNs].join(':') }, ...others];
  const plan = { ...job.sample.plan, sources };
  const { shares, notes } = await job.execute({ split: { index: 2, count: 2 } }, plan);
  expect(shares).toEqual({ count: 2, finished: 1, published: false });
  expect(notes).toEqual([expect.stringContaining('source-0.bin changed: it was written to or touched')]);
});

test('without verifying, shares are finished too', async () => {
  await job.share(1, 2, { verify: false });
  const { verified } = await job.share(2, 2, { verify: false });
  expect(verified).toBe(false);
  job.expectWhole();
});

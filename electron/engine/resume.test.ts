import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import { bytesMoved, type Plan } from '../../shared/plan/plan.ts';
import type { ExecuteOptions } from './execution.ts';
import { RECORD_NAME } from './job-record.ts';
import { JOURNAL_NAME } from './journal.ts';
import { makeSample, type Sample } from './sample-plan.ts';
import { expectWritten, SampleRuns } from './sample-runs.ts';

const runs = new SampleRuns(2, { memoryBytes: 2 * 3 * 4096 });
let sample: Sample;
beforeEach(() => {
  // One tensor of 1 MiB into each of two files, in portions of 512 KiB (buffers of 4 KiB).
  const whole = { dtype: 'BF16', shape: [512, 1024], outputCuts: [[], []], copies: 1, leftOut: 3 } as const;
  sample = makeSample(runs.path('source'), [
    { ...whole, extentBytes: 0, sourceCuts: [[], [512]] },
    { ...whole, extentBytes: 0, sourceCuts: [[256], []] },
  ]);
});

/** What a run leaves that is killed when all is copied and nothing is verified. */
async function killedRun(options: Partial<ExecuteOptions> = {}): Promise<string> {
  const left = runs.path('.out.shardscope-4194305-0123456789abcdef');
  const abort = new AbortController();
  const beforeVerify = (temporary: string) => {
    cpSync(temporary, left, { recursive: true });
    abort.abort();
  };
  await runs.execute(sample.plan, { ...options, signal: abort.signal, beforeVerify }).catch(() => {});
  const record = { pid: 4_194_305, host: hostname(), started: '2026-01-01T00:00:00.000Z' };
  writeFileSync(join(left, RECORD_NAME), JSON.stringify(record));
  for (const { path } of sample.plan.outputs) utimesSync(join(left, path), 1000, 1000);
  return left;
}

/** Keeps the journal lines of some portions only. */
function cutJournal(left: string, keep: (portion: number) => boolean): void {
  const path = join(left, JOURNAL_NAME);
  const [head = '', ...lines] = readFileSync(path, 'utf8').split('\n');
  const kept = lines.filter((line) => line !== '' && keep(JSON.parse(line).portion));
  writeFileSync(path, [head, ...kept, ''].join('\n'));
}

function expectWhole(plan: Plan = sample.plan): void {
  expectWritten({ ...sample, plan }, runs.path('out'));
  expect(readdirSync(runs.folder).sort()).toEqual(['out', 'source']);
  expect(readdirSync(runs.path('out')).filter((name) => name.startsWith('shardscope-j'))).toEqual([]);
}

function mtimes(): number[] {
  return sample.plan.outputs.map(({ path }) => statSync(runs.path('out', path)).mtimeMs / 1000);
}

const total = () => bytesMoved(sample.plan);

test('all that was copied is read back and taken over, and no file is written again', async () => {
  await killedRun();
  const { takenOver, notes } = await runs.execute(sample.plan);
  expect({ takenOver, notes }).toEqual({ takenOver: { bytes: total(), files: 2 }, notes: [] });
  expectWhole();
  expect(mtimes()).toEqual([1000, 1000]);
});

test('what is missing is copied: finished files keep their time of change', async () => {
  const left = await killedRun();
  cutJournal(left, (portion) => portion !== 3);
  writeFileSync(join(left, JOURNAL_NAME), '{"portion":3,"checks', { flag: 'a' });
  const phases = new Set<string>();
  let last = { bytesDone: 0, bytesTotal: 0 };
  const { takenOver } = await runs.execute(sample.plan, {
    onProgress: (progress) => {
      phases.add(progress.phase);
      last = progress;
    },
  });
  expect(takenOver).toEqual({ bytes: total() - 512 * 1024, files: 1 });
  expectWhole();
  expect(mtimes()[0]).toBe(1000);
  expect(mtimes()[1]).toBeGreaterThan(1000);
  expect([...phases]).toEqual(['checking', 'copying', 'verifying', 'publishing']);
  expect(last).toMatchObject({ bytesDone: 2 * total(), bytesTotal: 2 * total() });
});

const damages: [string, (path: string) => void][] = [
  ['has a flipped bit', (path) => flip(path, 700_000)],
  ['lost its end', (path) => truncateSync(path, 600_000)],
  ['is empty', (path) => truncateSync(path, 0)],
  ['has a damaged header', (path) => flip(path, 3)],
  ['grew', (path) => appendFileSync(path, 'more')],
  ['is gone', (path) => rmSync(path)],
];
function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
test.each(damages)('a file that %s since the journal was written is made whole', async (_, damage) => {
  const left = await killedRun();
  damage(join(left, sample.plan.outputs[1]?.path ?? ''));
  await runs.execute(sample.plan);
  expectWhole();
  expect(mtimes()[0]).toBe(1000);
});

test('a journal that is no journal is not trusted, and its folder is removed', async () => {
  const left = await killedRun();
  writeFileSync(join(left, JOURNAL_NAME), '{"fingerprint":');
  expect((await runs.execute(sample.plan)).takenOver.bytes).toBe(0);
  expectWhole();
});

test('wrong checksums in the journal only cost the copying', async () => {
  const left = await killedRun();
  const path = join(left, JOURNAL_NAME);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"checksums":"..../g, '"checksums":"AAAA'));
  expect((await runs.execute(sample.plan)).takenOver.bytes).toBe(0);
  expectWhole();
});

test('what casting met counts as a whole, whichever run met it', async () => {
  // Random words of BF16 to F16, which is as long: many overflows, some NaN.
  const moves = sample.plan.moves.map(({ from, to }) => ({
    from,
    to: to.map((piece) => ({ ...piece, dtype: 'F16' as const })),
  }));
  sample = { ...sample, plan: { ...sample.plan, moves } };
  const { casts } = await runs.execute(sample.plan, { out: runs.path('at-once') });
  expect(casts?.tensorCount).toBe(2);
  expect(
    Math.min(...(casts?.tensors ?? []).map(({ overflows, nans }) => Math.min(overflows, nans))),
  ).toBeGreaterThan(0);
  await killedRun();
  const fault = await runs.execute({ ...sample.plan, failOnOverflow: true }).catch(asFault);
  const first = casts?.tensors[0]?.firstOverflow;
  expect(fault).toMatchObject({ code: 'CP_OVERFLOW', tensor: 'tensor.0', found: String(first?.value) });

  const left = await killedRun();
  cutJournal(left, (portion) => portion !== 1);
  const resumed = await runs.execute(sample.plan);
  expect(resumed.takenOver.bytes).toBe(total() - 512 * 1024);
  expect(resumed.casts).toEqual(casts);
});

async function expectStartedOver(plan: Plan, options: Partial<ExecuteOptions>, why: RegExp): Promise<void> {
  const { takenOver, notes } = await runs.execute(plan, options);
  expect(takenOver.bytes).toBe(0);
  expect(notes).toEqual([expect.stringMatching(why)]);
  expectWhole(plan);
}

test('a changed source makes it start over, and is named', async () => {
  await killedRun();
  const [first, second, ...others] = sample.plan.sources;
  if (first === undefined || second === undefined) return expect.unreachable();
  utimesSync(second.path, 1, 1);
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(second.path, { bigint: true });
  const touched = { ...second, identity: [dev, ino, size, mtimeNs, ctimeNs].join(':') };
  await expectStartedOver(
    { ...sample.plan, sources: [first, touched, ...others] },
    {},
    /^Started over.*source-1\.bin changed: it was written to or touched\.$/,
  );
});

test('a changed option makes it start over, and is named as on the command line', async () => {
  await killedRun({ request: { job: 'merge', path: 'a', maxShardBytes: 1 } });
  const outputs = sample.plan.outputs.map((output) => ({ ...output, path: output.path.replace('net', 'x') }));
  await expectStartedOver(
    { ...sample.plan, outputs },
    { request: { job: 'merge', path: 'a', maxShardBytes: 2 } },
    /--max-shard-size was 1 and is 2\.$/,
  );
});

test('a changed strategy makes it start over', async () => {
  await killedRun({ request: { job: 'merge', strategy: 's' } });
  const moves = [...sample.plan.moves].reverse();
  await expectStartedOver(
    { ...sample.plan, moves },
    { request: { job: 'merge', strategy: 's' } },
    /a strategy or an index that the plan is made from changed\.$/,
  );
});

test('options that change nothing about the output change nothing about going on', async () => {
  await killedRun({ request: { job: 'merge', hasRedundancy: 'auto' } });
  const options = { request: { job: 'merge', hasRedundancy: 'true' }, threads: 1, memoryBytes: undefined };
  expect((await runs.execute(sample.plan, options)).takenOver.files).toBe(2);
  expectWhole();
});

test('less memory than the killed run had makes it start over', async () => {
  await killedRun();
  await expectStartedOver(sample.plan, { memoryBytes: 2 * 3 * 1024 }, /\(--memory\)\.$/);
});

test('the device and inode of a source may have other numbers: another machine, or a restart', async () => {
  await killedRun();
  const sources = sample.plan.sources.map((source) => ({
    ...source,
    identity: source.identity.replace(/^\d+:\d+/, '1:2'),
  }));
  const fault = await runs.execute({ ...sample.plan, sources }).catch(asFault);
  // Taken over (nothing was copied), and refused at the end, as the numbers here are false.
  expect(fault).toMatchObject({ code: 'IO_SOURCE_CHANGED' });
});

test('resume: false starts over and removes what was left', async () => {
  await killedRun();
  const { takenOver, notes } = await runs.execute(sample.plan, { resume: false });
  expect({ takenOver, notes }).toEqual({ takenOver: { bytes: 0, files: 0 }, notes: [] });
  expectWhole();
});

test('cancelling a run that took over removes everything', async () => {
  const left = await killedRun();
  cutJournal(left, (portion) => portion < 2);
  const abort = new AbortController();
  const fault = await runs
    .execute(sample.plan, { signal: abort.signal, beforeVerify: () => abort.abort() })
    .catch(asFault);
  expect(fault).toMatchObject({ code: 'CANCELLED' });
  expect(readdirSync(runs.folder)).toEqual(['source']);
});

test('without verifying there are no checksums, so nothing is noted and nothing taken over', async () => {
  const left = await killedRun({ verify: false });
  expect(readdirSync(left)).not.toContain(JOURNAL_NAME);
  expect((await runs.execute(sample.plan)).takenOver.bytes).toBe(0);
  expectWhole();
});

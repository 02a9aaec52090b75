import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import { type JobInput, jobOptions } from '../../shared/job-options.ts';
import { parseReport, REPORT_NAME } from '../../shared/report.ts';
import { readSafetensorsHeader } from '../../shared/safetensors/open-header.ts';
import { readStrategyAt, strategyFilesAt } from './open/find-strategy.ts';
import { openCheckpoint } from './open/open.ts';
import { preview, run } from './prepare/prepare.ts';
import { poolAndFolder } from './sample-pool.ts';

const FIXTURES = join(import.meta.dirname, '../../test/fixtures');
const { pool, folder: scratch } = poolAndFolder();
let source = '';
let out = '';
let runs = 0;
beforeEach(() => {
  runs++;
  source = join(scratch, `source-${runs}`);
  out = join(scratch, `out-${runs}`);
  cpSync(join(FIXTURES, 'dp2_mp4'), source, { recursive: true });
});

const readStrategy = async (path: string) =>
  readStrategyAt(path, await strategyFilesAt(path), 'given', { pool });

async function job(input: JobInput) {
  const options = jobOptions.parse({ fsync: false, ...input });
  const progress = { bytesDone: 0, bytesTotal: 0 };
  const result = await run(await openCheckpoint(options, { pool }), options, {
    pool,
    signal: new AbortController().signal,
    readStrategy,
    onProgress: ({ bytesDone, bytesTotal }) => Object.assign(progress, { bytesDone, bytesTotal }),
  });
  const report = parseReport(readFileSync(join(options.out, REPORT_NAME), 'utf8'));
  return { result, report, progress };
}

const merge = (more: Partial<JobInput> = {}): JobInput =>
  ({ job: 'merge', path: source, out, ...more }) as JobInput;
const fileOf = (rank: number) =>
  join(source, `checkpoint/rank_${rank}/llama_tiny_rank_${rank}-1_10.safetensors`);

function bytesIn(path: string, tensor: string): Buffer {
  const bytes = readFileSync(path);
  const { tensors } = readSafetensorsHeader((at, length) => bytes.subarray(at, at + length), bytes.length);
  const found = tensors.find(({ name }) => name === tensor);
  return bytes.subarray(found?.offset, (found?.offset ?? 0) + (found?.byteLength ?? 0));
}

/** Changes a tensor's bytes in one rank's file. */
function change(rank: number, tensor: string, edit: (bytes: Buffer) => void): void {
  const bytes = readFileSync(fileOf(rank));
  const { tensors } = readSafetensorsHeader((at, length) => bytes.subarray(at, at + length), bytes.length);
  const { offset = 0, byteLength = 0 } = tensors.find(({ name }) => name === tensor) ?? {};
  edit(bytes.subarray(offset, offset + byteLength));
  writeFileSync(fileOf(rank), bytes);
}

const STATE = 'adam_m.lm_head.weight';
/** Ranks 1 and 5 hold rows 12 to 23 of the 48 × 16. */
const set = (rank: number, element: number, value: number) =>
  change(rank, STATE, (bytes) => bytes.writeFloatLE(value, 4 * element));

test('equal copies are compared on the way, all of them once', async () => {
  const { result, progress, report } = await job(merge({ checkReplicas: true }));
  expect(result.verified).toBe(true);
  // Of 198,304 bytes 160 are hyper parameters, of which each rank has its own; the rest is copied or compared.
  const written = report.counts.bytes.out;
  expect(progress.bytesTotal).toBe(2 * written + (198_304 - 160) - (written - 20));
  expect(progress.bytesDone).toBe(progress.bytesTotal);
  expect(report.decisions).toEqual([]);
});

test('the plan counts what is compared', async () => {
  const options = jobOptions.parse(merge({ checkReplicas: true }));
  const open = await openCheckpoint(options, { pool });
  const context = { readStrategy, roots: [], threads: 2 };
  const plain = await preview(open, jobOptions.parse(merge()), context);
  const compared = await preview(open, options, context);
  const more = 198_304 - 160 - (plain.bytesRead - 20);
  expect(compared.bytesRead - plain.bytesRead).toBe(more);
  expect(compared.facts.at(-1)).toMatch(/^Copies on other ranks are compared on the way, .* KiB\.$/);
  expect(compared.commandLine).toContain('--check-replicas');
});

const JOBS: [string, () => JobInput][] = [
  ['merge', () => merge({ checkReplicas: true })],
  ['merge with tiles of a few elements', () => merge({ checkReplicas: true, memoryBytes: 300 })],
  [
    'reshard',
    () => ({
      ...{ job: 'reshard', path: source, dstStrategy: join(FIXTURES, 'dp2_mp2_pp2/strategy'), out },
      checkReplicas: true,
    }),
  ],
  ['dedupe', () => ({ job: 'dedupe', path: source, checkReplicas: true, out })],
  ['restore', () => ({ job: 'restore', path: source, checkReplicas: true, out })],
];

test.each(JOBS)('%s: copies that differ fail the job before anything is published', async (_, input) => {
  const value = bytesIn(fileOf(1), STATE).readFloatLE(4 * 20);
  set(5, 20, value + 0.5);
  set(5, 22, Number.NaN);
  const fault = await job(input()).then(() => expect.unreachable('it did not refuse'), asFault);
  expect(fault).toMatchObject({ code: 'CP_CONFLICT', tensor: STATE, file: fileOf(5), rank: 5 });
  const most = Number((Math.fround(value + 0.5) - value).toPrecision(4));
  expect(fault.message).toContain('is not the same on rank 1 and rank 5');
  expect(fault.message).toContain(`2 of 192 elements differ by at most ${most}, first [13, 4]`);
  expect(existsSync(out)).toBe(false);
  expect(readdirSync(scratch).filter((name) => name.startsWith('.'))).toEqual([]);
});

test.each([
  [
    'one bit',
    (bytes: Buffer) => bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100),
    /: 1 of 192 elements differ by/,
  ],
  [
    'NaNs of other bits',
    (bytes: Buffer) => bytes.writeUInt32LE(0x7fc0_0001, 0),
    /: 1 of 192 elements differ, first \[12, 0\]/,
  ],
  [
    '-0 and +0',
    (bytes: Buffer) => bytes.writeUInt32LE(0x8000_0000, 0),
    /: 1 of 192 elements differ, first \[12, 0\]/,
  ],
])('compares bitwise: %s', async (name, edit, words) => {
  if (name === 'NaNs of other bits') change(1, STATE, (bytes) => bytes.writeUInt32LE(0x7fc0_0000, 0));
  if (name === '-0 and +0') change(1, STATE, (bytes) => bytes.writeUInt32LE(0, 0));
  if (name !== 'one bit') change(5, STATE, (bytes) => bytesIn(fileOf(1), STATE).copy(bytes));
  change(5, STATE, edit);
  const fault = await job(merge({ checkReplicas: true })).then(() => undefined, asFault);
  expect(fault?.message).toMatch(words);
});

test('every planted bit is found', async () => {
  for (let i = 0; i < 16; i++) {
    const rank = (i * 3) % 8;
    const flip = (bytes: Buffer) => bytes.writeUInt8(bytes.readUInt8(i * 37) ^ (1 << (i % 8)), i * 37);
    change(rank, STATE, flip);
    const fault = await job(merge({ checkReplicas: true })).then(() => undefined, asFault);
    expect(fault?.message).toContain(': 1 of 192 elements differ');
    change(rank, STATE, flip);
  }
});

test('a plain job reads each slice once and takes the lowest rank’s', async () => {
  set(5, 20, 7);
  await job(merge());
  const merged = bytesIn(join(out, 'part0.safetensors'), STATE);
  expect(merged.readFloatLE(4 * (12 * 16 + 20))).not.toBe(7);
});

test('--on-conflict takes the named rank’s copy, and the report says so', async () => {
  set(5, 20, 7);
  set(2, 0, 3);
  set(6, 0, 3);
  const { result, report } = await job(merge({ onConflict: 5 }));
  const merged = bytesIn(join(out, 'part0.safetensors'), STATE);
  expect(merged.readFloatLE(4 * (12 * 16 + 20))).toBe(7);
  expect(report.decisions).toMatchObject([
    { tensor: STATE, ranks: [5, 1], element: [13, 4], count: 1, elements: 192 },
  ]);
  expect(report.decisions[0]?.file).toBe('checkpoint/rank_1/llama_tiny_rank_1-1_10.safetensors');
  expect(report.options).toMatchObject({ onConflict: 5 });
  expect(report.tensors.find(({ name }) => name === STATE)?.from.map(({ file }) => file)).toEqual([
    5, 0, 2, 3,
  ]);
  expect(result.differences).toHaveLength(1);
  expect(result.warnings).toContain(
    `1 copy differs from rank 5's, which was taken as asked for: first of '${STATE}' on rank 1.`,
  );
});

test('--on-conflict does not cover slices of which its rank has no copy', async () => {
  set(6, 20, 7);
  const fault = await job(merge({ onConflict: 5 })).then(() => undefined, asFault);
  expect(fault).toMatchObject({ code: 'CP_CONFLICT', rank: 6 });
  expect(fault?.advice).toContain('rank 5 has no copy of this slice');
  expect(existsSync(out)).toBe(false);
});

test('a rank that is not there is refused', async () => {
  expect(await job(merge({ onConflict: 8 })).then(() => undefined, asFault)).toMatchObject({
    code: 'SG_DEVICES',
  });
});

test('.ckpt rank files are compared, too', async () => {
  set(5, 20, 7);
  const ckpt = join(scratch, 'as-ckpt');
  await job({ job: 'convert', path: join(source, 'checkpoint'), to: 'ckpt', out: ckpt });
  const input = merge({ path: ckpt, strategy: join(source, 'strategy'), checkReplicas: true });
  const fault = await job(input).then(() => undefined, asFault);
  expect(fault).toMatchObject({ code: 'CP_CONFLICT', tensor: STATE, rank: 5 });
  expect(fault?.message).toContain('first [13, 4]');
});

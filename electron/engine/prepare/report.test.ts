import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import type { JobInput } from '../../../shared/job-options.ts';
import { jobOptions } from '../../../shared/job-options.ts';
import { parseReport, REPORT_NAME, type Report } from '../../../shared/report.ts';
import { readSafetensorsHeader } from '../../../shared/safetensors/open-header.ts';
import { readStrategyAt, strategyFilesAt } from '../open/find-strategy.ts';
import { openCheckpoint } from '../open/open.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { writeGolden } from '../values/golden.ts';
import { run } from './prepare.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const { pool, folder } = poolAndFolder();

async function start(input: JobInput) {
  const options = jobOptions.parse({ fsync: false, ...input });
  return run(await openCheckpoint(options, { pool }), options, {
    pool,
    signal: new AbortController().signal,
    readStrategy: async (path) => readStrategyAt(path, await strategyFilesAt(path), 'given', { pool }),
    onProgress: () => {},
  });
}

async function job(input: JobInput): Promise<{ report: Report; files: readonly string[] }> {
  const { out, files } = await start(input);
  const report = parseReport(readFileSync(join(out, REPORT_NAME), 'utf8'));
  return { report, files: files.map(({ path }) => path) };
}

/** Every tensor and every file of the report against the bytes of the output itself. */
function expectTrue({ files, tensors }: Report, out: string): void {
  const listed = files.map(() => 0);
  const contents = files.map(({ path }) => readFileSync(join(out, path)));
  const headers = contents.map((bytes, i) =>
    files[i]?.path.endsWith('.safetensors')
      ? readSafetensorsHeader((offset, length) => bytes.subarray(offset, offset + length), bytes.length)
      : undefined,
  );
  for (const { name, dtype, shape, bytes, file, crc32: sum } of tensors) {
    const stored = headers[file]?.tensors.find((tensor) => tensor.name === name);
    expect(stored, name).toMatchObject({ dtype, shape, byteLength: bytes });
    const at = stored?.offset ?? 0;
    expect(crc32(contents[file]?.subarray(at, at + bytes) ?? ''), name).toBe(Number.parseInt(sum ?? '', 16));
    listed[file] = (listed[file] ?? 0) + 1;
  }
  for (const [i, { size, tensors: count, crc32: sum }] of files.entries()) {
    const beside = contents[i]?.subarray(0, headers[i]?.headerLength);
    expect(contents[i]).toHaveLength(size);
    expect(crc32(beside ?? '')).toBe(Number.parseInt(sum ?? '', 16));
    expect(count).toBe(headers[i]?.tensors.length ?? 0);
    expect(listed[i]).toBe(count);
  }
}

function expectConserved({ counts: { tensors, bytes } }: Report): void {
  expect(bytes.in + bytes.repeated + bytes.cast).toBe(
    bytes.out + bytes.leftOut + bytes.redundant + bytes.unused,
  );
  expect(tensors.in - tensors.leftOut).toBe(tensors.out);
}

const path = (...names: string[]) => join(FIXTURES, ...names);
const JOBS: [string, JobInput][] = [
  ['merge', { job: 'merge', path: path('dp2_mp2_pp2'), out: '' }],
  ['merge parts', { job: 'merge', path: path('dp4_mp2_opt2'), maxShardBytes: 9000, out: '' }],
  ['merge a small buffer', { job: 'merge', path: path('dp2_mp4_two_axes'), memoryBytes: 600, out: '' }],
  ['dedupe', { job: 'dedupe', path: path('dp2_mp2_pp2'), out: '' }],
  ['restore', { job: 'restore', path: path('dp4_mp2_opt2_dedup'), out: '' }],
  ['slice', { job: 'slice', path: path('dp2_mp4/complete'), dstStrategy: path('dp2_mp4/strategy'), out: '' }],
  [
    'slice two ranks',
    {
      ...{ job: 'slice', path: path('dp2_mp4/complete'), dstStrategy: path('dp2_mp4/strategy') },
      ranks: [1, 6],
      out: '',
    },
  ],
  ['reshard', { job: 'reshard', path: path('dp2_mp2_pp2'), dstStrategy: path('dp2_mp4/strategy'), out: '' }],
  ['rename', { job: 'rename', path: path('hf_llama'), to: 'mindspore', out: '' }],
];

test.each(JOBS)('the report of %s says of each tensor and file what is there', async (name, input) => {
  const out = join(folder, name);
  const { report, files } = await job({ ...input, out });
  expectTrue(report, out);
  expectConserved(report);
  expect(report).toMatchObject({ verified: true, options: { job: input.job, path: input.path } });
  expect(files).toEqual([...report.files.map((file) => join(out, file.path)), join(out, REPORT_NAME)]);
  const { bytes } = report.counts;
  if (name === 'slice two ranks') expect(bytes.unused).toBeGreaterThan(0);
  else expect(bytes.unused).toBe(0);
});

test('where a tensor comes from: file, rank and box of each slice', async () => {
  const out = join(folder, 'origins');
  const { report } = await job({ job: 'merge', path: path('dp2_mp4'), out });
  const wo = report.tensors.find(({ name }) => name === 'model.layers.0.attention.wo.weight');
  // Columns cut in 4 along mp; ranks 0 to 3 hold what ranks 4 to 7 hold too.
  expect(wo?.from).toEqual(
    [0, 1, 2, 3].map((file) => ({ file, box: { start: [0, 4 * file], extent: [16, 4] } })),
  );
  expect(report.sources[2]).toMatchObject({
    path: 'checkpoint/rank_2/llama_tiny_rank_2-1_10.safetensors',
    rank: 2,
  });
  const stored = 198_304;
  expect(report.counts.bytes).toMatchObject({ in: stored, redundant: stored - report.counts.bytes.out });
});

test('joined tensors name all they are made of', async () => {
  const out = join(folder, 'joined');
  const { report } = await job({
    ...{ job: 'rename', path: path('hf_llama'), to: 'mindspore', qkvConcat: true, out },
  });
  expectTrue(report, out);
  const joined = report.tensors.filter(({ name }) => name.endsWith('layers.0.attention.w_qkv.weight'));
  expect(joined.map(({ from }) => from.map(({ tensor }) => tensor?.split('.').at(-2)))).toEqual([
    ['q_proj', 'k_proj', 'v_proj'],
  ]);
});

test('without verifying there are no checksums, and the report says so', async () => {
  const out = join(folder, 'unverified');
  const { report } = await job({ job: 'merge', path: path('dp2_mp4'), verify: false, out });
  expect(report.verified).toBe(false);
  expect([...report.tensors, ...report.files].every((one) => one.crc32 === undefined)).toBe(true);
});

test('--no-report leaves it out', async () => {
  const out = join(folder, 'none');
  const options = { job: 'merge', path: path('dp2_mp4'), report: false, out } as const;
  await expect(job(options)).rejects.toThrow('ENOENT');
});

test('what casting met in a share that ran twice is told once', async () => {
  const path = join(folder, 'golden.safetensors');
  writeGolden(path);
  const cast = { job: 'merge', path, dtype: 'F16', maxShardBytes: 10 } as const;
  const { report: whole } = await job({ ...cast, out: join(folder, 'cast') });
  expect(whole.warnings).toContainEqual(expect.stringContaining('stayed NaN'));
  const out = join(folder, 'cast-in-shares');
  const share = (index: number) => ({ ...cast, out, split: { index, count: 2 } });
  await start(share(1));
  await start({ ...share(1), resume: false });
  expect((await job(share(2))).report).toEqual(whole);
});

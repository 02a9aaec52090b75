import { copyFileSync, cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { CompareRequest } from '../../../shared/compare/options.ts';
import type { Comparison } from '../../../shared/compare/results.ts';
import { DTYPE_NAMES, type Dtype } from '../../../shared/dtype.ts';
import { isSettled, type JobState } from '../../../shared/jobs.ts';
import { serializeHeader } from '../../../shared/safetensors/serialize.ts';
import { engineAndFolder } from '../sample-engine.ts';
import { GOLDEN, writeGolden } from '../values/golden.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const { engine, folder: scratch, call } = engineAndFolder();

function settled(id: string): Promise<JobState> {
  return new Promise((resolve) => {
    const stop = engine.listen((event) => {
      if (event.type !== 'job' || event.job.id !== id || !isSettled(event.job)) return;
      stop();
      resolve(event.job);
    });
    void call('jobs.list', {}).then(({ jobs }) => {
      const job = jobs.find((one) => one.id === id);
      if (job && isSettled(job)) resolve(job);
    });
  });
}

async function compare(request: CompareRequest): Promise<{ job: JobState; comparison: Comparison }> {
  const job = await settled((await call('compare.start', request)).id);
  if (job.state !== 'done' || !job.result.comparison) throw new Error(JSON.stringify(job));
  return { job, comparison: job.result.comparison };
}

/** Files with the same tensors, whose bytes a function may change. */
function writePair(tensors: readonly { name: string; dtype: Dtype; shape: number[]; bytes: Uint8Array }[]) {
  const withLength = tensors.map((one) => ({ ...one, byteLength: one.bytes.length }));
  const { bytes, offsets, size } = serializeHeader(withLength, new Map());
  const file = new Uint8Array(size);
  file.set(bytes);
  tensors.forEach((tensor, i) => {
    file.set(tensor.bytes, offsets[i]);
  });
  return file;
}

const golden = join(scratch, 'golden.safetensors');
beforeAll(() => writeGolden(golden));

test('every dtype equals itself; where NaN does not equal NaN, as many elements differ as are NaN', async () => {
  const copy = join(scratch, 'copy.safetensors');
  copyFileSync(golden, copy);
  const request = { a: { path: golden }, b: { path: copy } };
  expect((await compare(request)).comparison).toMatchObject({
    equal: true,
    counts: { equal: DTYPE_NAMES.length },
    labels: { a: 'golden.safetensors', b: 'copy.safetensors' },
    found: [],
  });
  const { comparison } = await compare({ ...request, nanEqual: false });
  const found = Object.fromEntries(comparison.found.map(({ name, numbers }) => [name, numbers?.differing]));
  const nans = DTYPE_NAMES.flatMap((dtype) => {
    const { nan } = GOLDEN[dtype].stats;
    return nan > 0 ? [[dtype, nan] as const] : [];
  });
  expect(found).toEqual(Object.fromEntries(nans));
});

test('other shapes, other dtypes, only in one; by value across dtypes, but not of complex with real values', async () => {
  const floats = (...values: number[]) => new Uint8Array(Float32Array.of(...values).buffer);
  const a = join(scratch, 'a.safetensors');
  const b = join(scratch, 'b.safetensors');
  writeFileSync(
    a,
    writePair([
      { name: 'cast', dtype: 'F32', shape: [2], bytes: floats(1, 2) },
      { name: 'complex', dtype: 'C64', shape: [1], bytes: floats(1, 0) },
      { name: 'empty', dtype: 'F32', shape: [0, 3], bytes: floats() },
      { name: 'gone', dtype: 'F32', shape: [1], bytes: floats(1) },
      { name: 'shape', dtype: 'F32', shape: [2, 1], bytes: floats(1, 2) },
    ]),
  );
  writeFileSync(
    b,
    writePair([
      {
        name: 'cast',
        dtype: 'BF16',
        shape: [2],
        bytes: new Uint8Array(Uint16Array.of(0x3f80, 0x4040).buffer),
      },
      { name: 'complex', dtype: 'F32', shape: [1], bytes: floats(1) },
      { name: 'empty', dtype: 'F32', shape: [0, 3], bytes: floats() },
      { name: 'new', dtype: 'F32', shape: [], bytes: floats(1) },
      { name: 'shape', dtype: 'F32', shape: [1, 2], bytes: floats(1, 2) },
    ]),
  );
  const { job, comparison } = await compare({ a: { path: a }, b: { path: b } });
  expect(comparison.found.map(({ name, status }) => [name, status])).toEqual([
    ['shape', 'shape'],
    ['cast', 'dtype'],
    ['complex', 'dtype'],
    ['gone', 'only-a'],
    ['new', 'only-b'],
  ]);
  expect(comparison.found[1]?.numbers).toMatchObject({ differing: 1, first: [1], maxAbs: 1 });
  expect(comparison.found[2]).not.toHaveProperty('numbers');
  expect(comparison.counts.equal).toBe(1);
  const page = await call('compare.page', { job: job.id, statuses: ['equal'], offset: 0, limit: 10 });
  expect(page.rows).toEqual([
    expect.objectContaining({ name: 'empty', status: 'equal', numbers: { elements: 0, differing: 0 } }),
  ]);
  await call('jobs.dismiss', { job: job.id });
  await expect(call('compare.page', { job: job.id, offset: 0, limit: 10 })).rejects.toThrow(
    'not kept any more',
  );
});

test('a tensor of several tasks: its first and its last element', async () => {
  const count = 18 * 1024 ** 2 + 5;
  const values = new Uint16Array(count).fill(0x3f80);
  const bytes = new Uint8Array(values.buffer);
  const tensor = { name: 'w', dtype: 'BF16', shape: [count], bytes } as const;
  const [a, b] = [join(scratch, 'big-a.safetensors'), join(scratch, 'big-b.safetensors')];
  writeFileSync(a, writePair([{ ...tensor, shape: [count] }]));
  values[20] = 0x4000;
  values[count - 1] = 0;
  writeFileSync(b, writePair([{ ...tensor, shape: [count] }]));
  const { job, comparison } = await compare({ a: { path: a }, b: { path: b } });
  expect(comparison.found[0]?.numbers).toEqual({
    elements: count,
    differing: 2,
    first: [20],
    maxAbs: 1,
    meanAbs: 2 / count,
    maxRelative: 0.5,
    relativeL2: Math.sqrt(2) / Math.sqrt(count + 2),
    cosine: expect.closeTo(count / Math.sqrt(count * (count + 2)), 12),
  });

  const heatmap = { job: job.id, name: 'w', slice: '[16:24]', width: 8, height: 1 };
  const { mean } = await call('compare.heatmap', heatmap);
  expect([...new Float32Array(mean.buffer)]).toEqual([0, 0, 0, 0, -1, 0, 0, 0]);

  const { id } = await call('compare.start', { a: { path: a }, b: { path: b } });
  await call('jobs.cancel', { job: id });
  expect((await settled(id)).state).toBe('cancelled');
});

test('what cannot be read is a finding; the rest is compared', async () => {
  const folder = join(scratch, 'short');
  cpSync(join(FIXTURES, 'dp2_mp4'), folder, { recursive: true });
  const file = join(folder, 'checkpoint', 'rank_6', 'llama_tiny_rank_6-1_10.safetensors');
  truncateSync(file, readFileSync(file).length - 40);
  const ranks = (rank: number) => ({ path: folder, rank });
  const { comparison } = await compare({ a: ranks(2), b: ranks(6) });
  const { counts, found } = comparison;
  expect(counts.different + counts.shape + counts['only-a'] + counts['only-b']).toBe(0);
  expect(counts.unreadable).toBeGreaterThan(0);
  expect(counts.equal).toBeGreaterThan(100);
  expect(found[0]).toMatchObject({ status: 'unreadable', message: expect.stringContaining('rank_6') });
});

/** Adds 0.5 to an F32 element of what a rank holds; gives what it was. */
function addHalf(folder: string, rank: number, name: string, element: number): number {
  const path = join(folder, 'checkpoint', `rank_${rank}`, `llama_tiny_rank_${rank}-1_10.safetensors`);
  const bytes = readFileSync(path);
  const data = 8 + Number(bytes.readBigUInt64LE(0));
  const [begin] = JSON.parse(bytes.toString('utf8', 8, data))[name].data_offsets;
  const at = data + begin + element * 4;
  const before = bytes.readFloatLE(at);
  bytes.writeFloatLE(before + 0.5, at);
  writeFileSync(path, bytes);
  return before;
}

test('two ranks: copies of one slice that differ come before slices that are to differ', async () => {
  const folder = join(scratch, 'ranks');
  cpSync(join(FIXTURES, 'dp2_mp4'), folder, { recursive: true });
  addHalf(folder, 1, 'model.norm_out.weight', 0);
  const { comparison } = await compare({ a: { path: folder, rank: 0 }, b: { path: folder, rank: 1 } });
  expect(comparison.counts.different).toBeGreaterThan(50);
  const [first, ...others] = comparison.found;
  expect(first).toMatchObject({ name: 'model.norm_out.weight', sameSlice: true, status: 'different' });
  expect(others.some(({ sameSlice }) => sameSlice === true)).toBe(false);
});

test('a rank’s part and the whole: their difference is a picture of the part', async () => {
  const folder = join(scratch, 'part');
  cpSync(join(FIXTURES, 'dp2_mp4'), folder, { recursive: true });
  const name = 'adam_m.model.layers.1.attention.wo.weight';
  // Element [2, 3] of a part of 16 × 4, columns 4–7 of the whole.
  const before = addHalf(folder, 5, name, 2 * 4 + 3);

  const whole = { path: join(folder, 'complete') };
  const { job, comparison } = await compare({ a: whole, b: { path: folder, rank: 5 } });
  expect(comparison).toMatchObject({ parts: 90, counts: { equal: 121, different: 1 } });
  expect(comparison.found[0]).toMatchObject({
    name,
    part: { of: 'a', box: { start: [0, 4], extent: [16, 4] } },
    numbers: { differing: 1, first: [2, 7] },
  });
  const { mean } = await call('compare.heatmap', { job: job.id, name, width: 4, height: 16 });
  const cells = [...new Float32Array(mean.buffer)];
  expect(cells).toHaveLength(64);
  const changed = Math.fround(before + 0.5);
  expect(cells.map((cell, i) => [i, cell]).filter(([, cell]) => cell !== 0)).toEqual([
    [11, Math.fround(before - changed)],
  ]);
});

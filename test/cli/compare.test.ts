import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashes } from './expected.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
let whole = '';
let damaged = '';
/** Rows 12 to 23 of 48, as rank 1 has them too. */
const TENSOR = 'adam_m.lm_head.weight';
/** The slice before and after two of its F32 elements were changed. */
let before = new Float32Array();
let after = new Float32Array();

beforeAll(() => {
  whole = copyFixture('dp2_mp4', scratch.path);
  damaged = copyFixture('dp2_mp4', join(scratch.path, 'damaged'));
  const file = join(damaged, 'checkpoint', 'rank_5', 'llama_tiny_rank_5-1_10.safetensors');
  const { at, values } = elementsOf(file, TENSOR);
  before = values;
  after = Float32Array.from(before);
  after[17] = (before[17] ?? 0) + 0.25;
  after[190] = (before[190] ?? 0) - 2;
  const fd = openSync(file, 'r+');
  writeSync(fd, new Uint8Array(after.buffer), 0, after.byteLength, at);
  closeSync(fd);
});
afterAll(scratch.remove);

/** An F32 tensor of a safetensors file, and where it begins. */
function elementsOf(path: string, tensor: string): { at: number; values: Float32Array<ArrayBuffer> } {
  const bytes = readFileSync(path);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const [begin, end] = JSON.parse(bytes.toString('utf8', 8, start))[tensor].data_offsets;
  const data = Uint8Array.from(bytes.subarray(start + begin, start + end));
  return { at: start + begin, values: new Float32Array(data.buffer) };
}

/** What NumPy gives for `a` and `b` in float64. */
function numbersOf(a: Float32Array, b: Float32Array) {
  const apart = [...a].map((x, i) => Math.abs(x - (b[i] ?? 0)));
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x).reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return {
    maxAbs: Math.max(...apart),
    meanAbs: apart.reduce((sum, distance) => sum + distance, 0) / apart.length,
    maxRelative: Math.max(...apart.map((distance, i) => distance / Math.abs(b[i] ?? 0))),
    relativeL2: Math.sqrt(dot(apart, apart) / dot(b, b)),
    cosine: dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)),
  };
}

async function compared(...args: string[]) {
  const { code, stdout, stderr } = await runCli(['compare', ...args, '--json']);
  expect(stderr).toBe('');
  return { code, ...JSON.parse(stdout) };
}

function closeTo(numbers: Record<string, number>) {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, expect.closeTo(value, 12)]),
  );
}

test('replicas that are equal: exit code 0', async () => {
  const found = await compared(`${whole}#rank_1`, `${whole}#rank_5`);
  expect(found).toMatchObject({
    code: 0,
    equal: true,
    counts: { equal: 122, different: 0 },
    slices: { same: 122, other: 0 },
    a: { rank: 1, label: 'rank 1' },
  });
  expect(found.tensors).toHaveLength(122);
});

test('a damaged replica: every number of the difference, its place in the whole tensor, exit code 1', async () => {
  const sources = hashes(damaged);
  const { code, tensors, counts } = await compared(`${damaged}#rank_1`, `${damaged}#rank_5`);
  expect(code).toBe(1);
  expect(counts).toMatchObject({ equal: 121, different: 1 });
  expect(tensors[0]).toMatchObject({
    name: TENSOR,
    status: 'different',
    sameSlice: true,
    a: { dtype: 'F32', shape: [12, 16] },
    // Element 17 of the slice is [1, 1], and the slice begins at row 12.
    numbers: { elements: 192, differing: 2, first: [13, 1], ...closeTo(numbersOf(before, after)) },
  });
  expect(hashes(damaged)).toEqual(sources);
  const words = await runCli(['compare', `${damaged}#rank_1`, `${damaged}#rank_5`]);
  expect(words.code).toBe(1);
  expect(words.stdout).toMatch(
    /^different {2}adam_m\.lm_head\.weight {2}2 of 192 elements, first \[13, 1\], largest 2,/,
  );
  expect(words.stdout).toMatch(/^Compared rank 1 with rank 5: 122 tensors, .*: 121 equal, 1 different\.$/m);
});

test('tolerances', async () => {
  const sides = [`${damaged}#rank_1`, `${damaged}#rank_5`];
  const some = await compared(...sides, '--atol', '0.5');
  expect(some.tensors[0].numbers).toMatchObject({ differing: 1, first: [23, 14] });
  const all = await compared(...sides, '--atol', '2.001');
  expect(all).toMatchObject({ code: 0, equal: true });
});

test('ranks of different slices: replicas that differ would come first', async () => {
  const { code, slices, tensors } = await compared(`${whole}#rank_0`, `${whole}#rank_1`);
  expect(code).toBe(1);
  expect(slices).toEqual({ same: 32, other: 90 });
  expect(tensors[0].sameSlice).toBe(false);
});

test('rank folders and complete weights, put together without merging', async () => {
  expect(await compared(whole, join(whole, 'complete'))).toMatchObject({ code: 0, counts: { equal: 122 } });
  // Rank 1's copy is read first, so the whole is what it was.
  expect(await compared(damaged, join(whole, 'complete'))).toMatchObject({ code: 0 });
  const pipeline = copyFixture('dp2_mp2_pp2_dedup', scratch.path);
  expect(await compared(pipeline, join(pipeline, 'complete'))).toMatchObject({ code: 0, equal: true });
});

test('a rank’s part and the complete weights: compared with its place in them', async () => {
  const complete = join(whole, 'complete');
  const folder = join(whole, 'checkpoint', 'rank_5');
  for (const side of [`${whole}#rank_5`, folder, join(folder, 'llama_tiny_rank_5-1_10.safetensors')])
    for (const sides of [
      [side, complete],
      [complete, side],
    ])
      expect(await compared(...sides)).toMatchObject({ code: 0, counts: { equal: 122 }, parts: 90 });
  // Of the second stage, of which the first layers are not.
  const stages = copyFixture('dp2_mp2_pp2', join(scratch.path, 'stages'));
  const { counts } = await compared(`${stages}#rank_5`, join(stages, 'complete'));
  expect(counts).toMatchObject({ shape: 0, different: 0, unreadable: 0, 'only-a': 0 });

  const { code, tensors, bytes } = await compared(`${damaged}#rank_5`, complete);
  expect(code).toBe(1);
  expect(tensors[0]).toMatchObject({
    name: TENSOR,
    status: 'different',
    a: { shape: [12, 16] },
    b: { shape: [48, 16] },
    part: { of: 'b', box: { start: [12, 0], extent: [12, 16] } },
    numbers: { elements: 192, differing: 2, first: [13, 1], ...closeTo(numbersOf(after, before)) },
  });
  // No more of the complete weights than the part.
  const stored = (await compared(`${damaged}#rank_5`, `${damaged}#rank_5`)).bytes;
  expect(bytes).toBe(stored);
  const words = await runCli(['compare', complete, `${damaged}#rank_5`]);
  expect(words.stdout).toMatch(
    /^different {2}adam_m\.lm_head\.weight {2}rows 12–23 and all 16 columns of the whole, 2 of 192 elements, first \[13, 1\],/,
  );
  expect(words.stdout).toContain(
    '\n90 tensors of the rank were compared with the same part of the whole tensor.\n',
  );
});

test('a rank’s part whose layout is not known has another shape; two files of ranks are compared as they are', async () => {
  const alone = copyFixture('dp2_mp4/checkpoint', join(scratch.path, 'unknown'));
  const { counts, parts } = await compared(join(alone, 'rank_5'), join(whole, 'complete'));
  expect([counts.equal, counts.shape, parts]).toEqual([32, 90, undefined]);
  const file = (rank: number) => join(alone, `rank_${rank}`, `llama_tiny_rank_${rank}-1_10.safetensors`);
  expect(await compared(file(1), file(5))).toMatchObject({ code: 0, counts: { equal: 122 } });
  expect(await compared(file(1), file(2))).toMatchObject({ code: 1, counts: { different: 90, equal: 32 } });
});

test('two saves of a training output', async () => {
  const output = copyFixture('training_output', scratch.path);
  const { code, a, b, counts } = await compared(`${output}#1_10`, `${output}#1_20`);
  expect(code).toBe(1);
  expect([a.label, b.label]).toEqual(['step 10', 'step 20']);
  expect(counts.different + counts.equal).toBe(122);
  const alone = await compared(`${output}#1_10`, `${output}#network-1_10`);
  expect([alone.a.label, alone.b.label]).toEqual(['step 10', 'the weights of step 10']);
});

test('a path may have a # itself, before that of a rank', async () => {
  const odd = join(copyFixture('dp2_mp4', join(scratch.path, 'run #2')), 'checkpoint');
  expect(await compared(`${odd}#rank_1`, `${odd}#rank_5`)).toMatchObject({ code: 0, a: { rank: 1 } });
});

test('names: Hugging Face’s beside MindSpore’s, and rules', async () => {
  const hf = copyFixture('hf_llama', scratch.path);
  const out = join(scratch.path, 'renamed');
  expect((await runCli(['rename', hf, '--to', 'mindspore', '--out', out])).code).toBe(0);
  const across = await compared(hf, out);
  expect(across).toMatchObject({ code: 0, equal: true });
  expect(across.warnings[0]).toContain('Hugging Face names');
  const renamed = across.tensors.find((one: { b: { name: string } }) =>
    one.b.name.endsWith('layers.0.attention.wq.weight'),
  );
  expect(renamed.name).toBe('model.layers.0.self_attn.q_proj.weight');

  const rules = await compared(hf, out, '--map', '/self_attn\\.(.)_proj/=attention.w$1');
  expect(rules.counts.equal).toBeGreaterThan(0);
  expect(rules.counts['only-a']).toBe(rules.counts['only-b']);
});

test('what cannot be compared: exit codes 2 and 3, with the way out', async () => {
  const none = await runCli(['compare', `${whole}#rank_9`, whole]);
  expect(none.code).toBe(2);
  expect(none.stderr).toContain('has no rank 9');
  const alone = copyFixture('dp2_mp4/checkpoint', join(scratch.path, 'alone'));
  const unknown = await runCli(['compare', alone, join(whole, 'complete'), '--json']);
  expect(unknown.code).toBe(3);
  expect(JSON.parse(unknown.stdout).error.code).toBe('SG_NOT_FOUND');
  const endless = await runCli(['compare', whole, whole, '--map', '/(.+)+$(?=!)/=x']);
  expect(endless.code).toBe(2);
  expect(endless.stderr).toContain('did not end within 5 seconds');
}, 30_000);

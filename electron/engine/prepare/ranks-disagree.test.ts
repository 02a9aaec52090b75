import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { asFault } from '../../../shared/errors.ts';
import { jobOptions } from '../../../shared/job-options.ts';
import { readStrategyFile } from '../../../shared/strategy/read.ts';
import type { Layout } from '../../../shared/strategy/strategy.ts';
import { writeStrategy } from '../../../shared/strategy/write.ts';
import { readSafetensors, writeSafetensors } from '../../../test/random/files.ts';
import type { WholeTensor } from '../../../test/random/model.ts';
import { openCheckpoint } from '../open/open.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { run } from './prepare.ts';

/** Ranks, and a strategy, that do not fit each other: where MindSpore 2.10 merges without a word. */
const { pool, folder: scratch } = poolAndFolder();
const WQ = 'model.layers.0.attention.wq.weight';
let folder = '';
let count = 0;
function copyOf(fixture: string): void {
  folder = join(scratch, String(count++));
  cpSync(join(import.meta.dirname, '../../../test/fixtures', fixture), folder, { recursive: true });
}
beforeEach(() => copyOf('dp2_mp4'));

/** Changes the tensors in a rank's file. */
function change(rank: number, how: (tensors: WholeTensor[]) => WholeTensor[]): void {
  const inRank = join(folder, `checkpoint/rank_${rank}`);
  const file = join(inRank, readdirSync(inRank).find((name) => name.endsWith('.safetensors')) ?? '');
  writeSafetensors(file, how(readSafetensors(file)));
}

function changeOne(rank: number, name: string, how: (tensor: WholeTensor) => WholeTensor): void {
  change(rank, (tensors) => tensors.map((tensor) => (tensor.name === name ? how(tensor) : tensor)));
}

/** Writes every rank's strategy anew, with another layout of one parameter. */
function changeLayout(name: string, how: (layout: Layout) => Layout): void {
  for (const file of readdirSync(join(folder, 'strategy'))) {
    const path = join(folder, 'strategy', file);
    const strategy = readStrategyFile(readFileSync(path));
    const layouts = new Map(strategy.layouts);
    const layout = layouts.get(name);
    if (layout) layouts.set(name, how(layout));
    writeFileSync(path, writeStrategy({ ...strategy, layouts }, false));
  }
}

async function merge(more: { readonly checkReplicas?: boolean } = {}) {
  const path = join(folder, 'checkpoint');
  const strategy = join(folder, 'strategy');
  const out = join(folder, 'out');
  const options = jobOptions.parse({ job: 'merge', path, strategy, out, fsync: false, ...more });
  const open = await openCheckpoint(options, { pool });
  const done = run(open, options, {
    pool,
    signal: new AbortController().signal,
    readStrategy: () => Promise.reject(new Error('no other strategy is read')),
    onProgress: () => {},
  });
  return { problems: open.summary.problems, done, out };
}

/** The fault of merging; opening tells the same as a problem. Nothing is written. */
async function refusedMerge() {
  const { problems, done, out } = await merge();
  const fault = await done.then(() => expect.unreachable('it did not refuse'), asFault);
  expect(problems.map(({ code }) => code)).toContain(fault.code);
  expect(() => readdirSync(out)).toThrow('ENOENT');
  return { fault, problems };
}

describe('refused', () => {
  test('a tensor of another dtype on one rank', async () => {
    changeOne(1, WQ, (tensor) => ({ ...tensor, dtype: 'F16' }));
    const { fault } = await refusedMerge();
    expect(fault).toMatchObject({ code: 'CP_CONFLICT', tensor: WQ, rank: 1, expected: 'BF16', found: 'F16' });
    expect(fault.message).toMatch(/BF16 on rank 0 and F16 on rank 1/);
  });

  test('a tensor of another shape on one rank', async () => {
    changeOne(1, WQ, (tensor) => ({ ...tensor, shape: [...tensor.shape].reverse() }));
    const { fault } = await refusedMerge();
    expect(fault).toMatchObject({ code: 'SG_SHAPE', tensor: WQ, rank: 1 });
    expect(fault.message).toMatch(/gives rank 1 the part \[\d+, \d+\].*the file has \[\d+, \d+\]/);
  });

  test('a slice that is on none of the ranks that are to hold it', async () => {
    for (const rank of [1, 5]) change(rank, (tensors) => tensors.filter(({ name }) => name !== WQ));
    const { fault, problems } = await refusedMerge();
    expect(fault).toMatchObject({ code: 'SG_COVERAGE', tensor: WQ });
    const told = problems.find(({ code }) => code === 'SG_COVERAGE');
    expect(told?.message).toContain('slices that ranks 1 and 5 should hold are in no file');
  });

  test('a parameter that the strategy splits unevenly by hand', async () => {
    changeLayout(WQ, (layout) => ({ ...layout, paramSplitShape: [3, 1], indicesOffset: [0, 3] }));
    const { problems, done } = await merge();
    expect(problems.map(({ code }) => code)).toContain('UNEVEN_SPLIT');
    expect(await done.then(() => expect.unreachable(), asFault)).toMatchObject({
      code: 'SG_UNEVEN',
      tensor: WQ,
    });
  });

  test('slices of another shape than the strategy says', async () => {
    changeLayout(WQ, (layout) => ({ ...layout, paramSplitShape: [3, 1] }));
    const { fault, problems } = await refusedMerge();
    expect(fault).toMatchObject({ code: 'SG_SHAPE', tensor: WQ, expected: '[12, 1]' });
    expect(fault.message).toContain('param_split_shape');
    const told = problems.find(({ code }) => code === 'SG_SHAPE');
    expect(told?.message).toMatch(/\[12, 1\] .*\[\d+, \d+\]/);
  });
});

test('a parameter of two stages that has other values in each is found by comparing copies', async () => {
  copyOf('dp2_mp2_pp2');
  const tied = 'model.tok_embeddings.embedding_weight';
  const layoutOf = (rank: number) =>
    readStrategyFile(readFileSync(join(folder, `strategy/ckpt_strategy_rank_${rank}.ckpt`))).layouts.get(
      tied,
    );
  const first = layoutOf(0);
  for (let rank = 4; rank < 8; rank++) {
    let slice: WholeTensor | undefined;
    change(rank - 4, (tensors) => {
      slice = tensors.find(({ name }) => name === tied);
      return tensors;
    });
    change(rank, (tensors) => (slice ? [...tensors, slice] : tensors));
    const path = join(folder, `strategy/ckpt_strategy_rank_${rank}.ckpt`);
    const strategy = readStrategyFile(readFileSync(path));
    const layouts = new Map(strategy.layouts);
    if (first) layouts.set(tied, first);
    writeFileSync(path, writeStrategy({ ...strategy, layouts }, false));
  }
  await (await merge({ checkReplicas: true })).done;
  rmSync(join(folder, 'out'), { recursive: true });
  changeOne(6, tied, (tensor) => {
    const bytes = Uint8Array.from(tensor.bytes);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    return { ...tensor, bytes };
  });
  const fault = await (await merge({ checkReplicas: true })).done.then(() => expect.unreachable(), asFault);
  expect(fault).toMatchObject({ code: 'CP_CONFLICT', tensor: tied });
  expect(fault.message).toMatch(/rank 6/);
});

describe('merged, and told', () => {
  test('a slice that one rank lacks and another has', async () => {
    change(1, (tensors) => tensors.filter(({ name }) => name !== WQ));
    const { done, out } = await merge();
    await done;
    const whole = readSafetensors(join(out, 'part0.safetensors')).find(({ name }) => name === WQ);
    const complete = join(folder, 'complete');
    const [expected] = readdirSync(complete)
      .filter((name) => name.endsWith('.safetensors'))
      .flatMap((name) => readSafetensors(join(complete, name)))
      .filter(({ name }) => name === WQ);
    expect(Buffer.compare(whole?.bytes ?? Buffer.of(), expected?.bytes ?? Buffer.of(1))).toBe(0);
  });

  test('what the strategy does not know: kept as rank 0 has it, else left out', async () => {
    const extra = (name: string): WholeTensor => ({
      name,
      dtype: 'I32',
      shape: [2000],
      bytes: new Uint8Array(8000).fill(7),
    });
    change(0, (tensors) => [...tensors, extra('kept')]);
    change(3, (tensors) => [...tensors, extra('left.out')]);
    const { problems, done, out } = await merge();
    await done;
    const told = problems
      .filter(({ code }) => code === 'TENSORS_NOT_IN_STRATEGY')
      .map(({ tensor }) => tensor);
    expect(told).toContain('kept');
    expect(told).toContain('left.out');
    const names = ['part0.safetensors', 'hyper_param.safetensors'].flatMap((name) =>
      readSafetensors(join(out, name)).map((tensor) => tensor.name),
    );
    expect(names).toContain('kept');
    expect(names).not.toContain('left.out');
  });

  test('parameters of the strategy that no rank has, as of weights alone', async () => {
    const names = new Set<string>();
    for (let rank = 0; rank < 8; rank++)
      change(rank, (tensors) => tensors.filter(({ name }) => !name.startsWith('adam_') || !names.add(name)));
    const { problems, done } = await merge();
    expect(problems).toMatchObject([{ code: 'TENSORS_ABSENT', severity: 'info' }]);
    expect(problems[0]?.message).toContain(`${names.size} parameters`);
    expect((await done).tensors).toBe(122 - names.size);
  });
});

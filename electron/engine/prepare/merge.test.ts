import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mergeOptions } from '../../../shared/job-options.ts';
import { type Expected, tensorsIn } from '../../../test/cli/expected.ts';
import { openCheckpoint } from '../open/open.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { prepareMerge } from './merge.ts';
import { proposeOut, proposeOutFile } from './out-folder.ts';
import { run } from './prepare.ts';

const FIXTURES = join(import.meta.dirname, '../../../test/fixtures');
const { pool, folder } = poolAndFolder();

async function merge(source: string, name: string, more: Record<string, unknown> = {}) {
  const options = mergeOptions.parse({ job: 'merge', path: source, out: join(folder, name), ...more });
  const open = await openCheckpoint(options, { pool });
  return run(open, options, {
    pool,
    signal: new AbortController().signal,
    readStrategy: () => Promise.reject(new Error('a merge reads no other strategy')),
    onProgress: () => {},
  });
}

const FAMILIES = [
  'dp2_mp4',
  'dp2_mp4_two_axes',
  'dp2_mp2_pp2',
  'dp2_mp2_pp2_dedup',
  'dp4_mp2_opt2',
  'dp4_mp2_opt2_dedup',
  'dp4_mp2_opt_all',
];

describe.each(FAMILIES)('%s', (family) => {
  const source = join(FIXTURES, family, 'checkpoint');
  const expected = JSON.parse(readFileSync(join(FIXTURES, family, 'expected.json'), 'utf8')) as {
    tensors: Expected;
    hyper: Expected;
  };

  test.each(['strategy', 'merged_ckpt_strategy.ckpt', undefined])(
    'merges to what MindSpore would give, strategy %s',
    async (strategy) => {
      const name = `${family}-${strategy ?? 'found'}`;
      const more = strategy === undefined ? {} : { strategy: join(FIXTURES, family, strategy) };
      const result = await merge(source, name, more);
      expect(result).toMatchObject({
        verified: true,
        tensors: 118 + 5 - (118 - Object.keys(expected.tensors).length),
      });
      expect(tensorsIn(join(folder, name, 'part0.safetensors'))).toEqual(expected.tensors);
      expect(tensorsIn(join(folder, name, 'hyper_param.safetensors'))).toEqual(expected.hyper);
      const index = JSON.parse(readFileSync(join(folder, name, 'param_name_map.json'), 'utf8'));
      expect(Object.keys(index.weight_map).sort()).toEqual(Object.keys(expected.tensors).sort());
    },
  );
});

test('JSON strategies, one a rank or merged, give the same', async () => {
  const family = join(FIXTURES, 'dp2_mp2_pp2');
  const expected = JSON.parse(readFileSync(join(family, 'expected.json'), 'utf8'));
  for (const strategy of ['strategy_json', 'merged_strategy.json']) {
    await merge(join(family, 'checkpoint'), strategy, { strategy: join(family, strategy) });
    expect(tensorsIn(join(folder, strategy, 'part0.safetensors'))).toEqual(expected.tensors);
  }
});

test('a single stage of a pipeline is not enough for all its ranks', async () => {
  const family = join(FIXTURES, 'dp2_mp2_pp2');
  const strategy = join(family, 'strategy/ckpt_strategy_rank_0.ckpt');
  await expect(merge(join(family, 'checkpoint'), 'single', { strategy })).rejects.toMatchObject({
    fault: { code: 'SG_DEVICES' },
  });
});

test('Hugging Face naming writes numbered shards and their index', async () => {
  const source = join(FIXTURES, 'dp2_mp4/checkpoint');
  const result = await merge(source, 'hf', {
    names: 'huggingface',
    maxShardBytes: 40_000,
    filterOutParamPrefix: ['adam_'],
  });
  expect(result.files.map((file) => file.path.slice(folder.length + 4))).toEqual([
    'model.safetensors',
    'shardscope-report.json',
  ]);
  const shards = await merge(source, 'hf-many', { names: 'huggingface', maxShardBytes: 30_000 });
  const names = shards.files.map((file) => file.path.slice(folder.length + 9));
  expect(names.slice(0, 2)).toEqual(['model-00001-of-00004.safetensors', 'model-00002-of-00004.safetensors']);
  expect(names.slice(-2)).toEqual(['model.safetensors.index.json', 'shardscope-report.json']);
  expect(shards.warnings.join()).toContain('5 hyper parameters are left out');
});

test('prefix filters leave tensors out', async () => {
  await merge(join(FIXTURES, 'dp2_mp4/checkpoint'), 'weights', {
    filterOutParamPrefix: ['adam_m', 'adam_v'],
  });
  const names = Object.keys(tensorsIn(join(folder, 'weights/part0.safetensors')));
  expect(names).toHaveLength(39);
  expect(names.some((name) => name.startsWith('adam'))).toBe(false);
});

test('the output folder proposed lies beside the run, in the roots, and is free', () => {
  expect(proposeOut(join(folder, 'run/output/checkpoint'), 'merged', [])).toBe(join(folder, 'run/merged'));
  const roots = [join(folder, 'run/output')];
  expect(proposeOut(join(folder, 'run/output/checkpoint'), 'm', roots)).toBe(join(folder, 'run/output/m'));
  mkdirSync(join(folder, 'taken/out'), { recursive: true });
  expect(proposeOut(join(folder, 'taken/weights'), 'out', [])).toBe(join(folder, 'taken/out_2'));
});

test('the output file proposed lies beside the source, in the roots, and is free', () => {
  const strategy = join(folder, 'taken/strategy');
  mkdirSync(join(folder, 'taken/merged.ckpt'), { recursive: true });
  expect(proposeOutFile(strategy, 'merged', 'json', [])).toBe(join(folder, 'taken/merged.json'));
  expect(proposeOutFile(strategy, 'merged', 'ckpt', [])).toBe(join(folder, 'taken/merged_2.ckpt'));
  expect(proposeOutFile(strategy, 'merged', 'ckpt', [strategy])).toBe(join(strategy, 'merged.ckpt'));
});

test('nothing is prepared without a strategy', async () => {
  const open = await openCheckpoint(
    { path: join(FIXTURES, 'ckpt_formats/distributed_safetensors') },
    { pool },
  );
  expect(() => prepareMerge(open, mergeOptions.parse({ job: 'merge', path: 'x', out: 'y' }))).toThrow(
    /no strategy was found/,
  );
});

test('weights only and a pattern leave tensors out, a dtype casts the rest', async () => {
  const source = join(FIXTURES, 'dp2_mp4/checkpoint');
  const result = await merge(source, 'narrow', {
    weightsOnly: true,
    filterOutRegex: 'layers\\.[1-9]',
    dtype: 'F16',
  });
  const tensors = tensorsIn(join(folder, 'narrow/part0.safetensors'));
  const names = Object.keys(tensors);
  expect(names).toContain('lm_head.weight');
  expect(names.filter((name) => /^adam|layers\.[1-9]/.test(name))).toEqual([]);
  expect(new Set(Object.values(tensors).map(({ dtype }) => dtype))).toEqual(new Set(['float16']));
  expect(result.casts).toEqual({ nans: 0, overflows: 0, tensorCount: 0, tensors: [] });
  expect(result.warnings).toEqual([]);
});

test('what is cast there and back is as it was', async () => {
  const source = join(FIXTURES, 'dp2_mp4/checkpoint');
  await merge(source, 'wide', { dtype: 'F32', weightsOnly: true });
  await merge(join(folder, 'wide'), 'again', { dtype: 'BF16', names: 'mindspore' });
  await merge(source, 'once', { dtype: 'BF16', weightsOnly: true });
  expect(tensorsIn(join(folder, 'again/part0.safetensors'))).toEqual(
    tensorsIn(join(folder, 'once/part0.safetensors')),
  );
});

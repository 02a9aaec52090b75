import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxesOf, checkLayout, layoutKey } from '../layout/layout.ts';
import { readModelConfig } from '../rename/config.ts';
import { type AuthoredTensor, authorStrategy, type Parallel } from './author.ts';
import { combineStrategies, mergeStrategyFiles } from './combine.ts';
import { readStrategyFile } from './read.ts';
import type { StrategyFile } from './strategy.ts';
import { writeStrategyJson, writeStrategyProtobuf } from './write.ts';

const FIXTURES = join(import.meta.dirname, '../../test/fixtures');

/** The complete tensors of a family, in the order of its strategy. */
function tensorsOf(family: string): AuthoredTensor[] {
  const { tensors } = JSON.parse(readFileSync(join(FIXTURES, family, 'expected.json'), 'utf8'));
  return Object.entries(tensors as Record<string, { shape: number[] }>).map(([name, { shape }]) => ({
    name,
    shape,
  }));
}

function mindSporeStrategy(family: string) {
  const path = join(FIXTURES, family, 'merged_ckpt_strategy.ckpt');
  return combineStrategies([{ name: path, file: readStrategyFile(readFileSync(path)) }]);
}

const named = (files: readonly StrategyFile[]) =>
  files.map((file, stage) => ({ name: `stage_${stage}.ckpt`, file }));

test.each<[string, Parallel]>([
  ['dp2_mp4', { data: 2, model: 4, pipeline: 1 }],
  ['dp2_mp2_pp2', { data: 2, model: 2, pipeline: 2 }],
  // The fixtures' tensors are smaller than MindSpore's default threshold; they were sharded without one.
  ['dp4_mp2_opt2', { data: 4, model: 2, pipeline: 1, optimizerShard: 2, optimizerThreshold: 0 }],
  ['dp4_mp2_opt_all', { data: 4, model: 2, pipeline: 1, optimizerShard: -1, optimizerThreshold: 0 }],
])('%s: the layouts that MindSpore compiled', (family, parallel) => {
  const expected = mindSporeStrategy(family);
  const { files, notes } = authorStrategy(tensorsOf(family), parallel);
  const authored = combineStrategies(named(files));
  expect(notes).toEqual([]);
  expect(authored.devicesPerStage).toBe(expected.devicesPerStage);
  expect(authored.stages).toHaveLength(expected.stages.length);
  for (const [stage, layouts] of expected.stages.entries())
    expect(keysOf(authored.stages[stage])).toEqual(keysOf(layouts));
});

test('dp2_mp4_two_axes differs in the embedding alone, which it cuts over both axes', () => {
  const [expected] = mindSporeStrategy('dp2_mp4_two_axes').stages;
  const tensors = tensorsOf('dp2_mp4_two_axes');
  const { files } = authorStrategy(tensors, { data: 2, model: 4, pipeline: 1 });
  const differing = tensors.filter(({ name }) => {
    const [a, b] = [expected?.get(name), files[0]?.layouts.get(name)];
    return a && b && layoutKey(a) !== layoutKey(b);
  });
  expect(differing.map(({ name }) => name)).toEqual(
    ['', 'adam_m.', 'adam_v.'].map((prefix) => `${prefix}model.tok_embeddings.embedding_weight`),
  );
});

function keysOf(layouts: StrategyFile['layouts'] | undefined) {
  return Object.fromEntries([...(layouts ?? [])].map(([name, layout]) => [name, layoutKey(layout)]));
}

const LAYER: [string, number[]][] = [
  ['attention.wq.weight', [64, 64]],
  ['attention.wq.bias', [64]],
  ['attention.wk.weight', [16, 64]],
  ['attention.wv.weight', [16, 64]],
  ['attention.wo.weight', [64, 64]],
  ['attention.wo.bias', [64]],
  ['feed_forward.w1.weight', [96, 64]],
  ['feed_forward.w2.weight', [64, 96]],
  ['feed_forward.w3.weight', [96, 64]],
  ['attention_norm.weight', [64]],
];

function llama(layers: number, more: [string, number[]][] = []): AuthoredTensor[] {
  const weights: [string, number[]][] = [
    ['model.tok_embeddings.embedding_weight', [128, 64]],
    ...Array.from({ length: layers }, (_, i) =>
      LAYER.map(([name, shape]): [string, number[]] => [`model.layers.${i}.${name}`, shape]),
    ).flat(),
    ['model.norm_out.weight', [64]],
    ...more,
  ];
  return weights.map(([name, shape]) => ({
    name,
    shape,
    byteLength: shape.reduce((product, n) => product * n, 2),
  }));
}
const HEAD: [string, number[]] = ['lm_head.weight', [128, 64]];

test('written files read the same, as protobuf, as JSON and merged', () => {
  const { files } = authorStrategy(llama(4, [HEAD]), { data: 2, model: 2, pipeline: 2 });
  const expected = combineStrategies(named(files));
  const forms = [
    files.map((file) => writeStrategyProtobuf(file)),
    files.map((file) => new TextEncoder().encode(writeStrategyJson(file))),
    [writeStrategyProtobuf(mergeStrategyFiles(named(files)))],
  ];
  for (const form of forms)
    expect(combineStrategies(named(form.map((bytes) => readStrategyFile(bytes))))).toEqual(expected);
});

test('a tied embedding is on the first stage and on the last', () => {
  const { files } = authorStrategy(llama(4), { data: 1, model: 2, pipeline: 2 });
  const has = (name: string) => files.map((file) => file.layouts.has(name));
  expect(has('model.tok_embeddings.embedding_weight')).toEqual([true, true]);
  expect(has('model.layers.1.attention.wq.weight')).toEqual([true, false]);
  expect(has('model.layers.2.attention.wq.weight')).toEqual([false, true]);
  expect(has('model.norm_out.weight')).toEqual([false, true]);
  const untied = authorStrategy(llama(4, [HEAD]), { data: 1, model: 2, pipeline: 2 });
  expect(untied.files[1]?.layouts.has('model.tok_embeddings.embedding_weight')).toBe(false);
  expect(untied.files[0]?.layouts.has('lm_head.weight')).toBe(false);
});

test('layers as asked for', () => {
  const parallel = { data: 1, model: 1, pipeline: 3 };
  const { files } = authorStrategy(llama(5), { ...parallel, layersPerStage: [2, 2, 1] });
  const layers = files.map((file) => [...file.layouts.keys()].filter((name) => name.endsWith('wo.weight')));
  expect(layers.map((names) => names.length)).toEqual([2, 2, 1]);
  expect(() => authorStrategy(llama(5), parallel)).toThrow(
    '5 layers cannot be spread evenly over 3 pipeline stages',
  );
  expect(() => authorStrategy(llama(5), { ...parallel, layersPerStage: [2, 2] })).toThrow(
    'layers per stage [2, 2] are 4 layers on 2 stages, the model has 5 and is to have 3',
  );
});

test('a data-parallel vocabulary leaves embedding and lm_head whole', () => {
  const { files } = authorStrategy(llama(1, [HEAD]), { data: 2, model: 2, pipeline: 1, vocabEmbDp: true });
  for (const name of ['model.tok_embeddings.embedding_weight', 'lm_head.weight'])
    expect(files[0]?.layouts.get(name)?.tensorMap).toEqual([[-1], [-1]]);
});

test('biases: with the rows of a first matrix, whole behind a second', () => {
  const { files } = authorStrategy(llama(1), { data: 1, model: 2, pipeline: 1 });
  expect(files[0]?.layouts.get('model.layers.0.attention.wq.bias')?.tensorMap).toEqual([[0]]);
  expect(files[0]?.layouts.get('model.layers.0.attention.wo.bias')?.tensorMap).toEqual([[-1]]);
});

test('optimizer sharding passes over what is small or does not divide, and says so', () => {
  const more: [string, number[]][] = [['model.layers.0.attention.rotary.freqs', [7]]];
  const parallel = { data: 4, model: 2, pipeline: 1, optimizerShard: -1, optimizerThreshold: 200 };
  const { files, notes } = authorStrategy(llama(1, more), parallel);
  const sizeOf = (name: string) => files[0]?.layouts.get(`model.layers.0.${name}`)?.optShardSize;
  expect(sizeOf('attention.wq.weight')).toBe(-1);
  // 64 elements of 2 bytes are below 200; 16 rows cut by 2 and by 4.
  expect(sizeOf('attention_norm.weight')).toBe(0);
  expect(sizeOf('attention.wk.weight')).toBe(-1);
  expect(notes).toEqual([
    "Parameters that no rule knows are laid out whole: 1, first 'model.layers.0.attention.rotary.freqs'.",
    "Parameters below the optimizer's threshold are not sharded: 5, first 'model.layers.0.attention.wq.bias'.",
  ]);
  const odd = llama(1).map((tensor) =>
    tensor.name.endsWith('wk.weight') ? { ...tensor, shape: [12, 64] } : tensor,
  );
  expect(authorStrategy(odd, { ...parallel, data: 4 }).notes[1]).toBe(
    "Parameters whose rows do not divide are not sharded for the optimizer: 1, first 'model.layers.0.attention.wk.weight'.",
  );
});

test('MindSpore’s default threshold is 64 KiB of the weight, also for its states', () => {
  const tensors = ['model.norm_out.weight', 'adam_v.model.norm_out.weight'].map((name, i) => ({
    name,
    shape: [20_000],
    byteLength: [40_000, 80_000][i] ?? 0,
  }));
  const { files } = authorStrategy(tensors, { data: 2, model: 1, pipeline: 1, optimizerShard: -1 });
  expect([...(files[0]?.layouts.values() ?? [])].map((layout) => layout.optShardSize)).toEqual([0, 0]);
});

test.each<[Partial<Parallel>, RegExp]>([
  [
    { model: 3 },
    /'model.tok_embeddings.embedding_weight' \[128, 64\] cannot be cut: its 128 rows are no multiple of model parallel 3/,
  ],
  [{ model: 5, vocabEmbDp: true }, /wq.weight' \[64, 64\] cannot be cut/],
  [{ data: 0 }, /data parallel is 0, it must be 1 to/],
  [{ pipeline: 1.5 }, /pipeline parallel is 1.5/],
  [{ optimizerShard: -2 }, /optimizer sharding is -2/],
  [{ data: 6, optimizerShard: 4 }, /optimizer sharding is 4, it must be -1 or a divisor of data parallel 6/],
  [{ layersPerStage: [-1] }, /layers of a stage is -1/],
])('refuses %j', (parallel, message) => {
  expect(() => authorStrategy(llama(1), { data: 1, model: 1, pipeline: 1, ...parallel })).toThrow(message);
});

test('refuses heads that no rank could hold whole, and names of other worlds', () => {
  const json = '{"hidden_size": 64, "num_attention_heads": 8, "num_key_value_heads": 2}';
  const config = readModelConfig(new TextEncoder().encode(json));
  const parallel = { data: 1, model: 4, pipeline: 1 };
  expect(() => authorStrategy(llama(1), parallel, config)).toThrow(
    '2 key/value heads cannot be spread evenly over model parallel 4',
  );
  expect(() => authorStrategy([{ name: 'model.norm.weight', shape: [4] }], parallel)).toThrow(
    /Rename|none of the 1 names/,
  );
});

test('every authored layout is one that slicing takes', () => {
  const power = fc.constantFrom(1, 2, 4);
  const parallels = fc.record({
    data: power,
    model: power,
    pipeline: power,
    optimizerShard: fc.constantFrom(-1, 0, 1),
    optimizerThreshold: fc.constantFrom(0, 200, 65_536),
    vocabEmbDp: fc.boolean(),
  });
  fc.assert(
    fc.property(parallels, (parallel) => {
      const tensors = llama(4, [HEAD]);
      const { stages, devicesPerStage } = combineStrategies(named(authorStrategy(tensors, parallel).files));
      expect(devicesPerStage).toBe(parallel.data * parallel.model);
      const held = new Set(stages.flatMap((layouts) => [...layouts.keys()]));
      for (const { name, shape } of tensors) {
        expect(held.has(name)).toBe(true);
        const layout = stages.find((layouts) => layouts.has(name))?.get(name);
        if (!layout) continue;
        checkLayout(name, layout, shape.length);
        expect(boxesOf(name, layout, shape.map(Number))).toHaveLength(devicesPerStage);
      }
    }),
    { numRuns: 60 },
  );
});

test('Hugging Face’s names are refused, although lm_head.weight is the same in both', () => {
  const names = ['model.embed_tokens.weight', 'model.layers.0.self_attn.q_proj.weight', 'lm_head.weight'];
  const tensors = names.map((name) => ({ name, shape: [64, 64] }));
  expect(() => authorStrategy(tensors, { data: 1, model: 2, pipeline: 1 })).toThrow(/none of the 2 names/);
});

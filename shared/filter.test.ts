import { expect, test } from 'vitest';
import { parseFilter } from './filter.ts';
import type { Model } from './model.ts';
import { completeModel, distributedModel } from './table/sample-model.ts';

const model = completeModel([
  ['model.layers.0.attention.wq.weight', 'BF16', [4096, 4096]], // 33,554,432 bytes
  ['model.layers.0.attention_norm.weight', 'F32', [4096]], // 16,384
  ['model.layers.1.Attention.wq.weight', 'BF16', [4096, 4096]],
  ['model.layers.10.mlp.gate', 'F8_E4M3', [2, 3, 4096]], // 24,576
  ['lm_head.weight', 'F16', [32000, 4096]], // 262,144,000
  ['step', 'I64', []], // 8
  ['a name: with /odd/ "parts"', 'U8', [0, '18446744073709551615']],
]);

function found(filter: string, of: Model = model): string[] {
  const { bind, errors } = parseFilter(filter);
  expect(errors).toEqual([]);
  return of.tensors.filter(bind(of)).map((tensor) => tensor.name);
}

function errorsOf(filter: string): readonly string[] {
  return parseFilter(filter).errors;
}

const WQ0 = 'model.layers.0.attention.wq.weight';
const NORM = 'model.layers.0.attention_norm.weight';
const WQ1 = 'model.layers.1.Attention.wq.weight';
const GATE = 'model.layers.10.mlp.gate';
const HEAD = 'lm_head.weight';
const ODD = 'a name: with /odd/ "parts"';

test('text is looked for in names whatever the case, and all terms must hold', () => {
  expect(found('')).toHaveLength(7);
  expect(found('  ')).toHaveLength(7);
  expect(found('ATTENTION')).toEqual([WQ0, NORM, WQ1]);
  expect(found('attention layers.0')).toEqual([WQ0, NORM]);
  expect(found('attention !norm')).toEqual([WQ0, WQ1]);
  expect(found('!attention !layers')).toEqual([ODD, HEAD, 'step']);
  expect(found('"a name: with"')).toEqual([ODD]);
  expect(found('"/odd/ ""parts"""')).toEqual([ODD]);
  expect(found('!"/odd/" !weight')).toEqual([GATE, 'step']);
});

test('regular expressions', () => {
  expect(found('/layers\\.1\\d*\\./')).toEqual([WQ1, GATE]);
  expect(found('/Attention/')).toEqual([WQ1]);
  expect(found('/Attention/i')).toEqual([WQ0, NORM, WQ1]);
  expect(found('/a name/')).toEqual([ODD]);
  expect(found('/^[^/]+$/ !weight')).toEqual([GATE, 'step']);
  expect(found('!/\\./')).toEqual([ODD, 'step']);
});

test('dtype', () => {
  expect(found('dtype:bf16,f32')).toEqual([WQ0, NORM, WQ1]);
  expect(found('DTYPE:BF16')).toEqual([WQ0, WQ1]);
  expect(found('dtype:bfloat16')).toEqual([WQ0, WQ1]);
  expect(found('dtype:f8')).toEqual([GATE]);
  expect(found('!dtype:bf16 dtype:f16,u8')).toEqual([ODD, HEAD]);
});

test('shape and dims', () => {
  expect(found('shape:[*,4096]')).toEqual([HEAD, WQ0, WQ1]);
  expect(found('shape:[*, 4096]')).toEqual([HEAD, WQ0, WQ1]);
  expect(found('shape:[...,4096]')).toEqual([HEAD, WQ0, NORM, WQ1, GATE]);
  expect(found('shape:[2,...,4096]')).toEqual([GATE]);
  expect(found('shape:[...,3,...]')).toEqual([GATE]);
  expect(found('shape:4096')).toEqual([HEAD, WQ0, NORM, WQ1, GATE]);
  expect(found('shape:32000')).toEqual([HEAD]);
  expect(found('shape:32000×4096')).toEqual([HEAD]);
  expect(found('shape:2x3x4096')).toEqual([GATE]);
  expect(found('shape:[]')).toEqual(['step']);
  expect(found('shape:18446744073709551615')).toEqual([ODD]);
  expect(found('dims:2')).toEqual([ODD, HEAD, WQ0, WQ1]);
  expect(found('dims:0,3')).toEqual([GATE, 'step']);
  expect(found('dims:>2')).toEqual([GATE]);
});

test('size, with decimal and binary units', () => {
  expect(found('size:>100MB')).toEqual([HEAD]);
  expect(found('size:>=262144000')).toEqual([HEAD]);
  expect(found('size:>262144000B')).toEqual([]);
  expect(found('size:32MiB')).toEqual([WQ0, WQ1]);
  expect(found('size:=33.554432MB')).toEqual([WQ0, WQ1]);
  expect(found('size:16KiB..32mib')).toEqual([WQ0, NORM, WQ1, GATE]);
  expect(found('size:1GB..')).toEqual([]);
  expect(found('size:..8')).toEqual([ODD, 'step']);
  expect(found('size:<=8B')).toEqual([ODD, 'step']);
  expect(found('size:<8')).toEqual([ODD]);
  expect(found('size:"> 100 MB"')).toEqual([HEAD]);
});

test('rank, stage, role and file look at what holds a tensor', () => {
  const { model: ranks } = distributedModel(1);
  expect(found('rank:7', ranks)).toHaveLength(16);
  expect(found('rank:8-9', ranks)).toEqual([]);
  expect(found('rank:0', model)).toEqual([]);
  expect(found('stage:0', ranks)).toHaveLength(15);
  expect(found('stage:1', ranks)).toEqual([]);
  expect(found('!stage:0', ranks)).toEqual(['global_step']);
  expect(found('role:hyper', ranks)).toEqual(['global_step']);
  expect(found('role:weight|hyper norm_out', ranks)).toEqual(['model.norm_out.weight']);
  expect(found('role:optimizer wq', ranks)).toEqual([
    'adam_m.model.layers.0.attention.wq.weight',
    'adam_v.model.layers.0.attention.wq.weight',
  ]);
  expect(found('file:rank_3', ranks)).toHaveLength(16);
  // The folders above the files' common one are no part of their names.
  expect(found('file:data', ranks)).toEqual([]);
  expect(found('file:MODEL', model)).toHaveLength(7);
});

test('a filter may be bound to several models in turn', () => {
  const filter = parseFilter('rank:2');
  const { model: ranks } = distributedModel(1);
  const count = (of: Model) => of.tensors.filter((tensor) => filter.matches(tensor, of)).length;
  expect([count(ranks), count(model), count(ranks)]).toEqual([16, 0, 16]);
});

test('what cannot be understood is a sentence, and the other terms still hold', () => {
  const cases: [string, RegExp][] = [
    ['/unfinished', /^The regular expression \/unfinished is not finished/],
    ['/', /is not finished/],
    ['/(/', /^The regular expression \/\(\/ cannot be used: [Uu]nterminated group\.$/],
    ['/a/g', /unknown flag/],
    ['/(a)\\1/', /\\1 is not supported\.$/],
    ['"half', /^The quoted text "half is not finished/],
    ['!', /^Behind ! comes/],
    ['kernel:0', /^There is no key kernel: \(keys are dtype, shape, dims, size, rank, stage, role, file\)/],
    ['dtype:', /^"" is no dtype: dtypes are BOOL, F4/],
    ['dtype:bf16,', /is no dtype/],
    ['dtype:f', /^"f" is no dtype/],
    ['shape:', /is no shape/],
    ['shape:[4,', /is no shape/],
    ['shape:[a]', /^"\[a\]" is no shape/],
    ['size:', /^"" is no size: write >100MB/],
    ['size:>', /is no size/],
    ['size:100XB', /^"100XB" is no size/],
    ['size:2GB..1GB', /is no size/],
    ['rank:', /^"" is no number for rank: write rank:3/],
    ['rank:x', /is no number for rank/],
    ['dims:-', /is no number for dims/],
    ['role:bias', /^"bias" is no role: roles are weight, optimizer, hyper\.$/],
    ['file:', /^Behind file: comes/],
  ];
  for (const [filter, sentence] of cases) {
    expect(errorsOf(filter), filter).toEqual([expect.stringMatching(sentence)]);
    const { bind } = parseFilter(`lm_head ${filter}`);
    expect(
      model.tensors.filter(bind(model)).map((tensor) => tensor.name),
      filter,
    ).toEqual([HEAD]);
  }
  expect(errorsOf('size:1Q rank:y ok')).toHaveLength(2);
  expect(parseFilter('size:1Q').empty).toBe(true);
});

import { expect, test } from 'vitest';
import { completeModel, namedModel } from '../table/sample-model.ts';
import { byRules, pairTensors, toNaming } from './names.ts';

const RULE = { regex: false };
const tensor = (name: string) => ({ name, dtype: 'F32', shape: [1], byteLength: 4 }) as const;

test('rules replace a beginning, or what a regular expression finds, one after the other', () => {
  const rename = byRules([
    { ...RULE, from: 'model.', to: '' },
    { from: '^layers\\.(\\d+)', to: 'blocks.$1', regex: true },
  ]);
  expect(rename(tensor('model.layers.12.w'))).toBe('blocks.12.w');
  expect(rename(tensor('lm_head.model.w'))).toBe('lm_head.model.w');
});

test('pairs in A’s order, then what only B has', () => {
  const a = namedModel(['x.1', 'x.2', 'x.10']).tensors;
  const b = namedModel(['y.2', 'y.10', 'z']).tensors;
  const pairs = pairTensors(a, b, byRules([{ ...RULE, from: 'x', to: 'y' }]));
  expect(pairs.map((pair) => [pair.a?.name, pair.b?.name])).toEqual([
    ['x.1', undefined],
    ['x.2', 'y.2'],
    ['x.10', 'y.10'],
    [undefined, 'z'],
  ]);
});

test('two tensors of one name are refused with both', () => {
  const a = namedModel(['x.w', 'y.w']).tensors;
  expect(() => pairTensors(a, [], byRules([{ ...RULE, from: 'x', to: 'y' }]))).toThrow(
    "The name rules call both 'x.w' and 'y.w' 'y.w'.",
  );
});

test('Hugging Face’s names as MindSpore has them, optimizer state with its weight', () => {
  const model = completeModel([
    ['model.layers.0.self_attn.q_proj.weight', 'F32', [2]],
    ['adam_m.model.layers.0.self_attn.q_proj.weight', 'F32', [2]],
    ['other', 'F32', [1]],
  ]);
  const rename = toNaming(model, 'mindspore');
  expect(model.tensors.map(rename)).toEqual([
    'adam_m.model.layers.0.attention.wq.weight',
    'model.layers.0.attention.wq.weight',
    'other',
  ]);
});

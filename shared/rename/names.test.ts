import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkNewNames } from './check-names.ts';
import { FAMILIES } from './family.ts';
import { NameTable, namingOf } from './names.ts';
import { namePattern } from './pattern.ts';

const table = new NameTable(FAMILIES[0]);

test.each([
  ['model.embed_tokens.weight', 'model.tok_embeddings.embedding_weight'],
  ['model.layers.10.self_attn.q_proj.weight', 'model.layers.10.attention.wq.weight'],
  ['model.layers.0.self_attn.k_proj.bias', 'model.layers.0.attention.wk.bias'],
  ['model.layers.0.self_attn.v_proj.lora_A.weight', 'model.layers.0.attention.wv.lora_A.weight'],
  ['model.layers.0.self_attn.o_proj.weight', 'model.layers.0.attention.wo.weight'],
  ['model.layers.7.mlp.gate_proj.weight', 'model.layers.7.feed_forward.w1.weight'],
  ['model.layers.7.mlp.down_proj.weight', 'model.layers.7.feed_forward.w2.weight'],
  ['model.layers.7.mlp.up_proj.weight', 'model.layers.7.feed_forward.w3.weight'],
  ['model.layers.7.input_layernorm.weight', 'model.layers.7.attention_norm.weight'],
  ['model.layers.7.post_attention_layernorm.weight', 'model.layers.7.ffn_norm.weight'],
  ['model.norm.weight', 'model.norm_out.weight'],
  ['lm_head.weight', 'lm_head.weight'],
])('%s ↔ %s', (huggingFace, mindSpore) => {
  expect(table.rename(huggingFace, 'mindspore')).toBe(mindSpore);
  expect(table.rename(mindSpore, 'huggingface')).toBe(huggingFace);
  expect(table.rename(mindSpore, 'mindspore')).toBe(mindSpore);
  expect(table.rename(huggingFace, 'huggingface')).toBe(huggingFace);
});

test.each([
  'model.normalizer.weight',
  'model.norm',
  'vision.model.norm.weight',
  'model.layers.0.self_attn.q_proj_extra.weight',
  'model.layers.00.self_attn.q_proj.weight',
  'model.layers.x.self_attn.q_proj.weight',
  'model.layers.0.self_attn.rotary_emb.inv_freq',
  'xlm_head.weight',
  'model.layersX0.self_attn.q_proj.weight',
  '',
  '__proto__',
  'model.embed_tokens.weight\n',
])('no rule knows %j', (name) => {
  expect(table.rename(name, 'mindspore')).toBeUndefined();
});

test('parts and wholes of joined tensors', () => {
  const whole = 'model.layers.3.attention.w_qkv.bias';
  const parts = ['wq', 'wk', 'wv'].map((part) => `model.layers.3.attention.${part}.bias`);
  for (const part of parts) expect(table.joinOf(part)).toMatchObject({ whole, parts, kind: 'bias' });
  expect(table.splitOf(whole)).toMatchObject({ parts });
  expect(table.joinOf('model.layers.3.attention.wo.weight')).toBeUndefined();
  expect(table.rename(whole, 'mindspore')).toBe(whole);
  expect(table.rename(whole, 'huggingface')).toBeUndefined();
});

test('filling undoes matching, whatever follows the module', () => {
  const pattern = namePattern('a.{layer}.b.*');
  fc.assert(
    fc.property(fc.nat({ max: 999_999_999 }), fc.string({ minLength: 1, unit: 'binary' }), (layer, rest) => {
      const name = `a.${layer}.b.${rest}`;
      const found = pattern.match(name);
      expect(found).toEqual({ layer: `${layer}`, rest });
      expect(found && pattern.fill(found)).toBe(name);
    }),
    { examples: [[0, '$&{layer}*']], numRuns: 200 },
  );
});

test('whose names these are is told by the first that would change', () => {
  expect(namingOf(['lm_head.weight', 'model.layers.0.attention.wo.weight'], table)).toBe('mindspore');
  expect(namingOf(['lm_head.weight', 'model.layers.0.attention.w_qkv.weight'], table)).toBe('mindspore');
  expect(namingOf(['lm_head.weight', 'model.layers.0.self_attn.o_proj.weight'], table)).toBe('huggingface');
  expect(namingOf(['lm_head.weight', 'transformer.h.0.attn.c_attn.weight'], table)).toBeUndefined();
});

test('names that would lose a tensor are refused, both named', () => {
  const refusal = (names: { from: string[]; to: string }[]) => {
    try {
      checkNewNames(names);
    } catch (error) {
      return error;
    }
    return undefined;
  };
  expect(
    refusal([
      { from: ['a'], to: 'x' },
      { from: ['b'], to: 'y' },
    ]),
  ).toBeUndefined();
  expect(
    refusal([
      { from: ['a'], to: 'x' },
      { from: ['b'], to: 'x' },
    ]),
  ).toMatchObject({
    fault: { code: 'CP_CONFLICT', message: "'a' and 'b' would both be named 'x'", tensor: 'b' },
  });
  expect(refusal([{ from: ['a'], to: '' }])).toMatchObject({ fault: { code: 'CP_CONFLICT', tensor: 'a' } });
  expect(refusal([{ from: ['a'], to: '__metadata__' }])).toMatchObject({
    message: "'a' would get the name __metadata__, which the format keeps for itself",
  });
});

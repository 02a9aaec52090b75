import { expect, test } from 'vitest';
import { ShardscopeError } from '../errors.ts';
import { readModelConfig } from './config.ts';

const LLAMA = {
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  hidden_size: 4096,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  num_hidden_layers: 32,
};

const read = (config: unknown) =>
  readModelConfig(new TextEncoder().encode(typeof config === 'string' ? config : JSON.stringify(config)));

test('reads heads, sizes and the family', () => {
  const config = read(LLAMA);
  expect(config).toMatchObject({
    attentionHeads: 32,
    keyValueHeads: 8,
    headSize: 128,
    hiddenSize: 4096,
    layers: 32,
    tieWordEmbeddings: false,
  });
  expect(config.family?.name).toBe('Llama');
});

test('key/value heads default to the heads; null is as good as missing', () => {
  expect(read({ ...LLAMA, num_key_value_heads: undefined }).keyValueHeads).toBe(32);
  expect(read({ ...LLAMA, num_key_value_heads: null }).keyValueHeads).toBe(32);
});

test('head_dim says the size of a head, also where the hidden size is not a multiple', () => {
  expect(read({ ...LLAMA, hidden_size: 2880, num_attention_heads: 64, head_dim: 64 }).headSize).toBe(64);
});

test('Qwen2 by its architecture alone, with tied embeddings', () => {
  const config = read({
    ...LLAMA,
    model_type: undefined,
    architectures: ['Qwen2ForCausalLM'],
    tie_word_embeddings: true,
  });
  expect(config.family?.name).toBe('Qwen2');
  expect(config).toMatchObject({ modelType: '', tieWordEmbeddings: true });
});

test('another family is no refusal', () => {
  const config = read({ ...LLAMA, model_type: 'gemma', architectures: ['GemmaForCausalLM'] });
  expect(config.family).toBeUndefined();
  expect(config.modelType).toBe('gemma');
});

test.each([
  ['{', /not valid JSON.*at byte 1/],
  ['[]', /no JSON object/],
  ['{"hidden_size": 1, "hidden_size": 2}', /given twice/],
  [{ ...LLAMA, hidden_size: undefined }, /does not say hidden_size/],
  [{ ...LLAMA, num_attention_heads: undefined }, /does not say num_attention_heads/],
  [{ ...LLAMA, num_attention_heads: 0 }, /num_attention_heads is 0, not a whole number above 0/],
  [{ ...LLAMA, num_attention_heads: 31.5 }, /is 31.5/],
  [{ ...LLAMA, num_attention_heads: '32' }, /is 32, not/],
  [{ ...LLAMA, num_attention_heads: [32] }, /a list or an object/],
  [
    { ...LLAMA, num_key_value_heads: 5 },
    /num_attention_heads 32, which num_key_value_heads 5 does not divide/,
  ],
  [{ ...LLAMA, hidden_size: 4097 }, /hidden_size 4097, which num_attention_heads 32 does not divide/],
  ['{"hidden_size": 9007199254740993, "num_attention_heads": 1}', /9007199254740993/],
])('refuses %j', (config, message) => {
  const run = () => read(config);
  expect(run).toThrow(ShardscopeError);
  expect(run).toThrow(message);
  try {
    run();
  } catch (error) {
    expect(error).toMatchObject({ fault: { code: 'CP_CONFIG' } });
  }
});

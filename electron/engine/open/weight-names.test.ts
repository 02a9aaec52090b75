import { expect, test } from 'vitest';
import { fitsSuffix, parseWeightName } from './weight-names.ts';

test.each([
  ['llama_rank_3-1_10.safetensors', 3, { prefix: 'llama', run: 0, epoch: 1, step: 10, network: false }],
  ['llama_rank_3_2-1_10.ckpt', 3, { prefix: 'llama', run: 2, format: 'ckpt' }],
  ['llama_rank_3-network-4_10.safetensors', 3, { epoch: 4, step: 10, network: true, prefix: 'llama' }],
  ['a-b_rank_0-1_1.safetensors', 0, { prefix: 'a-b', epoch: 1, step: 1 }],
  ['qwen2_7b_rank_0.safetensors', 0, { prefix: 'qwen2_7b', run: 0 }],
  ['example-1_1.ckpt', 5, { prefix: 'example', epoch: 1, step: 1 }],
  ['m_rank_0-1_3_breakpoint.ckpt', 0, { step: 3, breakpoint: true }],
  ['net_100.safetensors', 0, { prefix: 'net_100', number: 100 }],
  // Another rank's file in this folder: its name is no name of rank 1.
  ['llama_rank_11-1_10.safetensors', 1, { prefix: 'llama_rank_11', run: 0 }],
])('%s in rank %i', (name, rank, expected) => {
  expect(parseWeightName(name, rank)).toMatchObject(expected);
});

test('a file that is no weight file has no weight name', () => {
  expect(parseWeightName('meta.json', 0)).toBeUndefined();
});

test.each([
  // The rules of MindSpore 2.10's `_find_most_matching_file`.
  ['llama_rank_3-1_10', '1_10', true],
  ['llama_rank_3-1_10', '-1_10', true],
  ['llama_rank_3-11_10', '1_10', false],
  ['llama_rank_3-1_10', '10', true],
  ['llama_rank_3-1_10', '_10', true],
  ['llama_rank_3-1_10', '3-1_10', false],
  ['llama_rank_3_3-1_10', '3-1_10', true],
  ['llama_rank_3_3-1_10', '_3-1_10', true],
  ['llama_rank_3-1_10', '0-1_10', true],
  ['llama_rank_3-network-1_10', 'network-1_10', true],
  ['net_100', '100', true],
])('%s and suffix %s: %s', (stem, suffix, fits) => {
  const name = parseWeightName(`${stem}.safetensors`, 3);
  expect(name && fitsSuffix(name, suffix)).toBe(fits);
});

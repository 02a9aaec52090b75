import { expect, test } from 'vitest';
import { tableNames } from './names.ts';
import { distributedModel } from './sample-model.ts';
import { request } from './sample-page.ts';

const { model: ranks } = distributedModel(2);

test('names between two rows, with closed groups standing for what they hold', () => {
  const toggled = ['model.layers.1', 'adam_m', 'adam_v'];
  const names = (from?: number, to?: number) => tableNames(ranks, request({ toggled }), from, to);
  expect(names(3, 6)).toEqual([
    'model.layers.0.feed_forward.w2.weight',
    'model.layers.0.ffn_norm.weight',
    'model.layers.1.attention.wq.weight',
    'model.layers.1.feed_forward.w2.weight',
    'model.layers.1.ffn_norm.weight',
    'model.norm_out.weight',
  ]);
  expect(names(1, 1)).toEqual([]);
  expect(names(8, 8)).toHaveLength(8);
  expect(names()).toHaveLength(25);
  expect(names()[0]).toBe('global_step');
  expect(names(9)).toEqual(names().slice(-8));
  const flat = request({ view: 'flat', sort: { column: 'name', descending: true } });
  expect(tableNames(ranks, flat, 0, 1)).toEqual([
    'model.tok_embeddings.embedding_weight',
    'model.norm_out.weight',
  ]);
  expect(tableNames(ranks, request({ filter: 'norm_out !adam' }))).toEqual(['model.norm_out.weight']);
});

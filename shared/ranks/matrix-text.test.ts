import { expect, test } from 'vitest';
import { distributedModel } from '../table/sample-model.ts';
import { matrixText } from './matrix-text.ts';
import { ranksPage } from './page.ts';

test('pages of rows and of ranks are one table', async () => {
  const { model, strategy } = distributedModel(2);
  const ask = async (offset: number, firstRank: number) =>
    ranksPage(model, strategy, { filter: 'layers !adam', offset, limit: 4, firstRank, rankLimit: 3 });
  let text = '';
  for await (const part of matrixText(ask, 'tsv')) text += part;
  const rows = text.split('\n').map((line) => line.split('\t'));
  expect(rows[0]).toEqual([
    'name',
    'dtype',
    'shape',
    'slices',
    ...Array.from({ length: 8 }, (_, i) => `rank ${i}`),
  ]);
  expect(rows).toHaveLength(8);
  expect(rows[2]).toEqual([
    'model.layers.0.feed_forward.w2.weight',
    'BF16',
    '[3584, 18944]',
    '4',
    ...['1/4', '2/4', '3/4', '4/4', '1/4', '2/4', '3/4', '4/4'],
  ]);
  let json = '';
  for await (const part of matrixText(ask, 'json')) json += part;
  expect(JSON.parse(json)).toHaveLength(6);
  expect(JSON.parse(json)[2]).toMatchObject({ slices: 1, 'rank 7': 'whole' });
});

import { expect, test } from 'vitest';
import { tensorDetail } from '../detail.ts';
import { buildModel } from '../model.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { distributedModel, layoutOf, type Stored, weightFile } from '../table/sample-model.ts';
import { cellSlice, cellState } from './cells.ts';
import { type RanksPage, ranksPage } from './page.ts';

const ALL = { filter: '', offset: 0, limit: 1000, firstRank: 0, rankLimit: 1024 };

/** Rows as text, a word a cell: `1/4`, `whole`, or the state of what is not held. */
function drawn({ rows, ranks, cells }: RanksPage): Record<string, string[]> {
  const codes = new Int32Array(cells.buffer, cells.byteOffset, cells.length / 4);
  return Object.fromEntries(
    rows.map(({ name, slices }, row) => [
      name,
      ranks.map((_, column) => {
        const code = codes[row * ranks.length + column] ?? 0;
        if (cellState(code) !== 'held') return cellState(code);
        return slices === 1 ? 'whole' : `${cellSlice(code) + 1}/${slices}`;
      }),
    ]),
  );
}

test('each rank with the slice that the layout gives it, numbered as the side panel draws them', () => {
  const { model, strategy } = distributedModel();
  const rows = drawn(ranksPage(model, strategy, ALL));
  const twice = ['1/4', '2/4', '3/4', '4/4', '1/4', '2/4', '3/4', '4/4'];
  expect(rows['model.layers.0.attention.wq.weight']).toEqual(twice);
  expect(rows['model.layers.0.feed_forward.w2.weight']).toEqual(twice);
  expect(rows['model.layers.0.ffn_norm.weight']).toEqual(Array(8).fill('whole'));
  expect(rows.global_step).toEqual(Array(8).fill('whole'));
  const { slices } = tensorDetail(model, 'model.layers.0.feed_forward.w2.weight');
  expect(slices.map(({ places }) => places.map(({ rank }) => rank))).toEqual([
    [0, 4],
    [1, 5],
    [2, 6],
    [3, 7],
  ]);
});

test('pages are parts of the whole matrix, in the order and with the filter of the table', () => {
  const { model, strategy } = distributedModel();
  const filter = '!adam w2';
  const sort = { column: 'name', descending: true } as const;
  const page = ranksPage(model, strategy, { filter, sort, offset: 1, limit: 5, firstRank: 2, rankLimit: 3 });
  expect(page).toMatchObject({
    totalRows: 2,
    totalRanks: 8,
    firstRank: 2,
    ranks: [2, 3, 4],
    stages: [0, 0, 0],
  });
  expect(drawn(page)).toEqual({ 'model.layers.0.feed_forward.w2.weight': ['3/4', '4/4', '1/4'] });
  const stored = model.files[0]?.header.tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
  expect(page.bytes).toEqual([stored, stored, stored]);
});

const WEIGHT: Stored = ['w', 'F32', [4, 4]];
const NORM: Stored = ['n', 'F32', [4]];

/** Two stages of two ranks: `w` is cut by rows in the first, `n` is whole in the second. */
const STAGES: Strategy = {
  stages: [new Map([['w', layoutOf([2], [0, -1])]]), new Map([['n', layoutOf([2], [-1])]])],
  devicesPerStage: 2,
};

/** Without the file of rank 1, and without what rank 3 should hold. */
function lackingModel() {
  const files = [
    weightFile('/c/rank_0/a.safetensors', [WEIGHT], 0),
    weightFile('/c/rank_2/a.safetensors', [NORM], 2),
    weightFile('/c/rank_3/a.safetensors', [], 3),
  ];
  return buildModel(files, { complete: false, strategy: STAGES });
}

test('what a rank lacks: nothing of another stage, a slice with a copy elsewhere, a slice that nobody has', () => {
  const page = ranksPage(lackingModel(), STAGES, ALL);
  expect(page).toMatchObject({ ranks: [0, 1, 2, 3], bytes: [64, 0, 16, 0], stages: [0, 0, 1, 1] });
  expect(drawn(page)).toEqual({
    n: ['none', 'none', 'whole', 'elsewhere'],
    w: ['1/2', 'missing', 'none', 'none'],
  });
});

test('only the ranks of one stage, whose cells are those that the whole matrix has there', () => {
  const model = lackingModel();
  const second = ranksPage(model, STAGES, { ...ALL, stage: 1 });
  expect(second).toMatchObject({ totalRanks: 2, ranks: [2, 3], bytes: [16, 0], stages: [1, 1] });
  expect(drawn(second)).toEqual({ n: ['whole', 'elsewhere'], w: ['none', 'none'] });
  const last = ranksPage(model, STAGES, { ...ALL, stage: 1, firstRank: 1, rankLimit: 1 });
  expect(drawn(last)).toEqual({ n: ['elsewhere'], w: ['none'] });
  const first = ranksPage(model, STAGES, { ...ALL, stage: 0 });
  expect(drawn(first)).toEqual({ n: ['none', 'none'], w: ['1/2', 'missing'] });
  expect(ranksPage(model, STAGES, { ...ALL, stage: 7 })).toMatchObject({ totalRanks: 0, ranks: [] });
});

test('without a strategy it is not known which part a rank holds; of hyper parameters all', () => {
  const files = [0, 1].map((rank) =>
    weightFile(
      `/c/rank_${rank}/a.safetensors`,
      [
        ['a.w', 'F32', [4]],
        ['epoch_num', 'I32', []],
      ],
      rank,
    ),
  );
  const page = ranksPage(buildModel(files, { complete: false }), undefined, ALL);
  expect(drawn(page)).toEqual({ 'a.w': ['unknown', 'unknown'], epoch_num: ['whole', 'whole'] });
});

test('complete weights have no ranks', () => {
  const model = buildModel([weightFile('/c/model.safetensors', [WEIGHT])], { complete: true });
  expect(() => ranksPage(model, undefined, ALL)).toThrow('Nothing here is split over ranks.');
});

test('1,024 ranks by 1,000 tensors', () => {
  const names = Array.from({ length: 1000 }, (_, i) => `layers.${i}.w`);
  const layout = layoutOf([128, 8], [0, -1]);
  const strategy: Strategy = {
    stages: [new Map(names.map((name) => [name, layout]))],
    devicesPerStage: 1024,
  };
  const { header } = weightFile(
    '',
    names.map((name): Stored => [name, 'BF16', [4, 4]]),
  );
  const files = Array.from({ length: 1024 }, (_, rank) => {
    const path = `/c/rank_${rank}/a.safetensors`;
    return { path, size: 1, identity: path, rank, header };
  });
  const model = buildModel(files, { complete: false, strategy });
  const page = ranksPage(model, strategy, ALL);
  expect(page.cells).toHaveLength(4 * 1024 * 1000);
  expect(drawn(page)['layers.999.w']?.slice(-9)).toEqual([
    '8/8',
    '1/8',
    '2/8',
    '3/8',
    '4/8',
    '5/8',
    '6/8',
    '7/8',
    '8/8',
  ]);
});

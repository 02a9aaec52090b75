import { expect, test } from 'vitest';
import { tensorDetail } from './detail.ts';
import { buildModel } from './model.ts';
import type { Layout, Strategy } from './strategy/strategy.ts';
import { completeModel, distributedModel, layoutOf, type Stored, weightFile } from './table/sample-model.ts';

const { model } = distributedModel(1);
const W2 = 'model.layers.0.feed_forward.w2.weight';

/** Rank files with one tensor `w` of these shapes, a rank each. */
function ranksOf(
  shapes: readonly (readonly number[] | undefined)[],
  stages?: readonly (Layout | undefined)[],
) {
  const files = shapes.flatMap((shape, rank) => {
    const stored: Stored[] = [['only.here', 'F32', [2]], ...(shape ? [['w', 'F32', shape] as const] : [])];
    return weightFile(`/c/rank_${rank}/a.safetensors`, stored, rank);
  });
  if (!stages) return buildModel(files, { complete: false });
  const strategy: Strategy = {
    stages: stages.map((layout) => new Map(layout ? [['w', layout]] : [])),
    devicesPerStage: shapes.length / stages.length,
  };
  return buildModel(files, { complete: false, strategy });
}

test('a tensor that is cut, as the drawing has it', () => {
  const detail = tensorDetail(model, W2);
  expect(detail).toMatchObject({
    name: W2,
    dtype: 'BF16',
    shape: [3584, 18944],
    elements: 67_895_296,
    byteLength: 135_790_592,
    role: 'weight',
    cut: 'columns cut in 4 along mp',
    copies: 'each slice on 2 ranks',
    layout: { deviceMatrix: [2, 4], tensorMap: [[-1], [0]], optShardStep: 0, optShardSize: 0 },
  });
  expect(detail.slices.map(({ box, places }) => [box?.start[1], places.map((place) => place.rank)])).toEqual([
    [0, [0, 4]],
    [4736, [1, 5]],
    [9472, [2, 6]],
    [14208, [3, 7]],
  ]);
  const slice = detail.slices[1];
  expect(slice?.box).toEqual({ start: [0, 4736], extent: [3584, 4736] });
  expect(slice?.sentence).toBe(
    'Ranks 1 and 5 hold all 3,584 rows and columns 4736–9471, because the tensor map [-1, 0] cuts dimension 1 ' +
      'along axis mp of the device matrix [dp 2, mp 4].',
  );
  const offset = model.byName.get(W2)?.holders[0]?.stored.offset;
  expect(slice?.places).toEqual([
    { rank: 1, stage: 0, file: 'rank_1/net.safetensors', offset, byteLength: 3584 * 4736 * 2 },
    { rank: 5, stage: 0, file: 'rank_5/net.safetensors', offset, byteLength: 3584 * 4736 * 2 },
  ]);
});

test('whole on every rank, by its layout or because the strategy does not name it', () => {
  const norm = tensorDetail(model, 'model.norm_out.weight');
  expect([norm.cut, norm.copies, norm.slices.length]).toEqual(['whole', 'on 8 ranks', 1]);
  const step = tensorDetail(model, 'global_step');
  expect(step).toMatchObject({ cut: 'whole', copies: 'on 8 ranks', role: 'hyper', shape: [] });
  expect(step.layout).toBeUndefined();
  expect(step.slices[0]?.sentence).toBe(
    'Ranks 0, 1, 2, 3, 4, 5, 6 and 7 hold the whole tensor: it is not in the strategy.',
  );
});

test('complete weights', () => {
  const detail = tensorDetail(completeModel([['a', 'F32', [2, 3]]]), 'a');
  expect(detail).toEqual({
    name: 'a',
    dtype: 'F32',
    shape: [2, 3],
    elements: 6,
    byteLength: 24,
    role: 'weight',
    cut: 'whole',
    copies: 'one copy',
    slices: [
      {
        box: { start: [0, 0], extent: [2, 3] },
        sentence: 'model.safetensors holds the whole tensor.',
        places: [{ file: 'model.safetensors', offset: 1000, byteLength: 24 }],
      },
    ],
  });
  // No box in numbers: the places are still told.
  const huge = tensorDetail(completeModel([['h', 'U8', ['18446744073709551615', 0]]]), 'h');
  expect(huge.shape).toEqual(['18446744073709551615', 0]);
  expect(huge.slices).toEqual([
    {
      sentence: expect.stringMatching(
        /^Tensor 'h' has a dimension of 18446744073709551615, more than 2\^53\.$/,
      ),
      places: [{ file: 'model.safetensors', offset: 1000, byteLength: 0 }],
    },
  ]);
});

test('rank files without a strategy: places only, by stored shape', () => {
  const detail = tensorDetail(
    ranksOf([
      [4, 8],
      [4, 8],
      [2, 8],
    ]),
    'w',
  );
  expect([detail.cut, detail.copies]).toEqual(['unknown without a strategy', 'slices on 1 to 2 ranks']);
  expect(detail.slices.map(({ box, sentence, places }) => [box, sentence, places.length])).toEqual([
    [
      undefined,
      'Ranks 0 and 1 hold 4 × 8 elements; only a strategy says which part of the tensor that is.',
      2,
    ],
    [undefined, 'Rank 2 holds 2 × 8 elements; only a strategy says which part of the tensor that is.', 1],
  ]);
});

test('redundancy removed: the rank that keeps the slice', () => {
  const detail = tensorDetail(
    ranksOf([[4, 8], undefined, undefined, [4, 8]], [layoutOf([2, 2], [0, -1])]),
    'w',
  );
  expect([detail.cut, detail.copies]).toEqual(['rows cut in 2 along mp', 'each slice on one rank']);
  expect(detail.slices.map((slice) => slice.places.map((place) => place.rank))).toEqual([[0], [3]]);
  const one = tensorDetail(ranksOf([undefined, [8, 8]], [layoutOf([2], [-1, -1])]), 'w');
  expect(one.copies).toBe('on rank 1 only');
});

test('slices come in the order of their boxes, not of their ranks', () => {
  const swapped = layoutOf([2, 2], [[0, 1], -1]);
  const detail = tensorDetail(ranksOf(Array(4).fill([1, 8]), [swapped]), 'w');
  expect(detail.slices.map(({ box, places }) => [box?.start[0], places[0]?.rank])).toEqual([
    [0, 0],
    [1, 2],
    [2, 1],
    [3, 3],
  ]);
});

test('stages that cut a tensor differently', () => {
  const detail = tensorDetail(
    ranksOf(
      [
        [4, 8],
        [4, 8],
        [8, 4],
        [8, 4],
      ],
      [layoutOf([2], [0, -1]), layoutOf([2], [-1, 0])],
    ),
    'w',
  );
  expect(detail.cut).toBe('rows cut in 2 along mp in stage 0; columns cut in 2 along mp in stage 1');
  expect(detail.slices).toHaveLength(4);
  expect(detail.slices.flatMap((slice) => slice.places.map((place) => place.stage))).toEqual([0, 1, 1, 0]);
  const same = tensorDetail(ranksOf(Array(4).fill([8]), [layoutOf([2], [-1]), layoutOf([2], [-1])]), 'w');
  expect(same.cut).toBe('whole');
  expect(same.slices[0]?.sentence).toMatch(/^Ranks 0, 1, 2 and 3 hold the whole tensor, because/);
  const unnamed = tensorDetail(ranksOf(Array(4).fill([8]), [layoutOf([2], [-1]), undefined]), 'w');
  expect(unnamed.slices.map((slice) => slice.sentence)).toEqual([
    expect.stringMatching(/^Ranks 0 and 1 hold the whole tensor/),
    'Ranks 2 and 3 hold a part that the strategy of their stage does not name.',
  ]);
});

test('a layout that does not fit is told, and the places are still there', () => {
  const detail = tensorDetail(
    ranksOf(
      [
        [4, 8],
        [3, 8],
      ],
      [layoutOf([2], [0, -1])],
    ),
    'w',
  );
  expect(detail.slices.map((slice) => slice.places.length)).toEqual([1, 1]);
  expect(detail.slices[1]?.sentence).toMatch(
    /^The strategy gives rank 1 the part \[4, 8\] of 'w' .* the file has \[3, 8\]\.$/,
  );
});

test('an unknown name is refused with the nearest one', () => {
  const refused = (name: string) => {
    try {
      tensorDetail(model, name);
    } catch (error) {
      return error;
    }
  };
  expect(refused('model.layers.0.feed_foward.w2.weight')).toMatchObject({
    fault: {
      code: 'CP_NO_TENSOR',
      tensor: 'model.layers.0.feed_foward.w2.weight',
      message: "there is no tensor 'model.layers.0.feed_foward.w2.weight' in this checkpoint",
      advice: `The nearest name is '${W2}'.`,
    },
  });
  expect(refused('zzz')).toMatchObject({ fault: { advice: 'Look for it with the filter.' } });
  expect(refused('__proto__')).toMatchObject({ fault: { code: 'CP_NO_TENSOR' } });
});

import { expect, test } from 'vitest';
import { layoutOf } from '../table/sample-model.ts';
import { stageSlices } from './stage-slices.ts';

test('which slice each rank holds, numbered by position', () => {
  const layout = layoutOf([2, 4], [-1, 0]);
  const { boxes, stages, shape } = stageSlices('w', [{ stage: 1, layout }], 8, [3, 8]);
  expect(shape).toEqual([3, 8]);
  expect(boxes.map(({ start }) => start)).toEqual([
    [0, 0],
    [0, 2],
    [0, 4],
    [0, 6],
  ]);
  expect(stages).toEqual([{ stage: 1, firstRank: 8, slice: [0, 1, 2, 3, 0, 1, 2, 3] }]);
});

test('without a shape boxes count parts, optimizer sharding included', () => {
  // Device matrix [dp 4, mp 2]: rows in 2 along mp, again in 2 by optimizer sharding along dp.
  const { boxes, stages, shape } = stageSlices('w', [{ stage: 0, layout: layoutOf([4, 2], [0, -1], 2) }], 8);
  expect(shape).toEqual([4, 1]);
  expect(boxes.map(({ start, extent }) => [start[0], extent[0]])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
    [3, 1],
  ]);
  expect(stages[0]?.slice).toEqual([0, 2, 1, 3, 0, 2, 1, 3]);
});

test('stages that cut one parameter differently have one numbering', () => {
  const layouts = [
    { stage: 0, layout: layoutOf([2, 2], [0, -1]) },
    { stage: 1, layout: layoutOf([2, 2], [-1, -1]) },
  ];
  const { boxes, stages } = stageSlices('tied', layouts, 4);
  expect(boxes).toHaveLength(3);
  expect(stages.map(({ slice }) => slice)).toEqual([
    [0, 2, 0, 2],
    [1, 1, 1, 1],
  ]);
});

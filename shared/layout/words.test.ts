import { expect, test } from 'vitest';
import type { Layout, Strategy } from '../strategy/strategy.ts';
import { layoutOf } from '../table/sample-model.ts';
import { axisNames } from './axis-names.ts';
import { boxOfRank } from './layout.ts';
import { boxWords, cutWords, meaningWords, partWords, rankSentence, strategyWords } from './words.ts';

const rows = layoutOf([2, 4], [0, -1]);
const columns = layoutOf([2, 4], [-1, 0]);
const whole = layoutOf([2, 4], [-1]);
const spread = layoutOf([2, 4], [[1, 0], -1]);
const names = axisNames([rows, rows, rows, columns, columns, whole, spread]);

function strategy(...stages: Layout[][]): Strategy {
  return {
    stages: stages.map((layouts) => new Map(layouts.map((layout, i) => [`p${i}`, layout]))),
    devicesPerStage: 8,
  };
}

test('axes are named by what they do', () => {
  expect(names([2, 4])).toEqual(['dp', 'mp']);
  // A matrix of which nothing is known, and one that only whole parameters have.
  expect(names([8])).toEqual(['axis 0']);
  expect(axisNames([rows, layoutOf([8], [-1])])([8])).toEqual(['axis 0']);
  expect(axisNames([layoutOf([8], [-1, -1])])([8])).toEqual(['dp']);
  expect(axisNames([layoutOf([8], [0])])([8])).toEqual(['mp']);
  // Swapped: the first axis cuts.
  expect(axisNames([layoutOf([4, 2], [1, -1])])([4, 2])).toEqual(['mp', 'dp']);
  // Two that cut, two that replicate: a layout does not say which is which.
  expect(axisNames([layoutOf([2, 2, 2], [1, 0])])([2, 2, 2])).toEqual(['dp', 'axis 1', 'axis 2']);
  expect(axisNames([layoutOf([2, 2, 2], [0, -1])])([2, 2, 2])).toEqual(['axis 0', 'axis 1', 'mp']);
  // One cuts all, the other a third: neither certain to replicate nor to cut.
  expect(axisNames([rows, rows, spread])([2, 4])).toEqual(['axis 0', 'mp']);
  // Axes of size 1 do nothing.
  expect(axisNames([layoutOf([1, 2, 4], [0, 2])])([1, 2, 4])).toEqual(['axis 0', 'dp', 'mp']);
});

test('a strategy in words', () => {
  expect(strategyWords(strategy([rows, columns, whole]))).toBe('dp 2 × mp 4');
  expect(strategyWords(strategy([rows, columns], [rows, whole]))).toBe('dp 2 × mp 4, 2 stages');
  expect(strategyWords(strategy([layoutOf([4, 2], [0, -1], 2), layoutOf([4, 2], [-1], 2)]))).toBe(
    'dp 4 × mp 2, optimizer sharding 2',
  );
  // -1 is all replicas: 4 of a cut parameter, 8 of a whole one.
  expect(strategyWords(strategy([layoutOf([4, 2], [0, -1], -1), layoutOf([4, 2], [-1], -1)]))).toBe(
    'dp 4 × mp 2, optimizer sharding',
  );
  expect(strategyWords(strategy([layoutOf([2, 2, 2], [0, -1])]))).toBe('axis 0: 2 × axis 1: 2 × mp 2');
  expect(strategyWords(strategy([layoutOf([8], [-1]), rows, columns]))).toBe('dp 2 × mp 4');
  expect(strategyWords(strategy([layoutOf([1, 1], [-1])]))).toBe('one device');
  expect(strategyWords(strategy([]))).toBe('no layouts');
});

test('cuts in words', () => {
  expect(cutWords(rows, [16, 8], names)).toBe('rows cut in 4 along mp');
  expect(cutWords(columns, [16, 8], names)).toBe('columns cut in 4 along mp');
  expect(cutWords(whole, [16], names)).toBe('whole');
  expect(cutWords(layoutOf([2, 4], [0]), [16], names)).toBe('elements cut in 4 along mp');
  expect(cutWords(layoutOf([2, 4], []), [], names)).toBe('whole');
  expect(cutWords(spread, [16, 8], names)).toBe('rows cut in 8 along dp and mp');
  expect(cutWords(layoutOf([2, 4], [1, 0]), [16, 8], names)).toBe(
    'rows cut in 2 along dp, columns in 4 along mp',
  );
  expect(cutWords(layoutOf([2, 4], [-1, 1, 0]), [2, 4, 8], names)).toBe(
    'dimension 1 cut in 2 along dp, dimension 2 in 4 along mp',
  );
  expect(cutWords(layoutOf([1, 1], [0, -1]), [16, 8])).toBe('whole');
  expect(cutWords(rows, [16, 8, 2], names)).toBe('the layout has 2 dimensions, the tensor 3');
});

test('optimizer sharding cuts again', () => {
  const named = axisNames([layoutOf([4, 2], [0, -1])]);
  expect(cutWords(layoutOf([4, 2], [0, -1], 2), [16, 8], named)).toBe(
    'rows cut in 2 along mp, each cut again in 2 along dp by optimizer sharding',
  );
  expect(cutWords(layoutOf([4, 2], [-1, 0], -1), [16, 8], named)).toBe(
    'columns cut in 2 along mp, the rows of each in 4 along dp by optimizer sharding',
  );
  expect(cutWords(layoutOf([4, 2], [-1], 2), [16], named)).toBe(
    'elements cut in 2 along mp by optimizer sharding',
  );
  expect(cutWords(layoutOf([4, 2], [-1], 4), [16], named)).toBe(
    'elements cut in 4 along dp and mp by optimizer sharding',
  );
  expect(cutWords(layoutOf([4, 3], [-1], 2), [16])).toBe(
    'elements cut in 2 along axis 0 and axis 1 by optimizer sharding',
  );
  expect(cutWords(layoutOf([4, 2], [0, -1], 1), [16, 8], named)).toBe('rows cut in 2 along mp');
});

test('which part a rank holds, and why', () => {
  const shape = [3584, 18944];
  expect(rankSentence([1], boxOfRank('w2', columns, shape, 1), shape, columns, names)).toBe(
    'Rank 1 holds all 3,584 rows and columns 4736–9471, because the tensor map [-1, 0] cuts dimension 1 along ' +
      'axis mp of the device matrix [dp 2, mp 4].',
  );
  expect(rankSentence([1, 5], boxOfRank('w2', columns, shape, 5), shape, columns, names)).toMatch(
    /^Ranks 1 and 5 hold all 3,584 rows and columns 4736–9471, because/,
  );
  expect(rankSentence([0, 1, 2, 3, 4, 5, 6, 7], boxOfRank('n', whole, [8], 0), [8], whole, names)).toBe(
    'Ranks 0, 1, 2, 3, 4, 5, 6 and 7 hold the whole tensor, because the tensor map [-1] cuts no dimension of the ' +
      'device matrix [dp 2, mp 4].',
  );
  expect(rankSentence([6], boxOfRank('e', spread, [16, 8], 6), [16, 8], spread, names)).toBe(
    'Rank 6 holds rows 12–13 and all 8 columns, because the tensor map [[1, 0], -1] cuts dimension 0 along axes ' +
      'dp and mp of the device matrix [dp 2, mp 4].',
  );
  const cube = layoutOf([2, 2, 2], [1, -1, 0]);
  expect(rankSentence([3], boxOfRank('c', cube, [4, 5, 6], 3), [4, 5, 6], cube)).toBe(
    'Rank 3 holds 2–3 of dimension 0, all 5 of dimension 1 and 3–5 of dimension 2, because the tensor map ' +
      '[1, -1, 0] cuts dimension 0 along axis 1 and dimension 2 along axis 2 of the device matrix ' +
      '[dp 2, axis 1: 2, axis 2: 2].',
  );
  const sharded = layoutOf([1, 4, 2], [0, -1], 2);
  expect(rankSentence([3], boxOfRank('s', sharded, [4, 2], 3), [4, 2], sharded)).toBe(
    'Rank 3 holds row 3 and all 2 columns, because the tensor map [0, -1] cuts dimension 0 along axis mp of the ' +
      'device matrix [1, dp 4, mp 2], and optimizer sharding cuts dimension 0 again in 2 along axis dp.',
  );
});

test('boxes in words', () => {
  expect(boxWords({ start: [], extent: [] }, [])).toBe('the whole tensor');
  expect(boxWords({ start: [4], extent: [4] }, [16])).toBe('elements 4–7');
  expect(boxWords({ start: [0, 3], extent: [1, 1] }, [1, 4])).toBe('the only row and column 3');
  expect(boxWords({ start: [0, 0], extent: [0, 2] }, [0, 4])).toBe('no rows and columns 0–1');
  expect(boxWords({ start: [0, 0, 1], extent: [0, 2, 1] }, [0, 2, 2])).toBe(
    'none of dimension 0, all 2 of dimension 1 and index 1 of dimension 2',
  );
});

test('what a layout makes of any tensor', () => {
  expect(meaningWords(columns, names)).toBe('columns cut in 4 along mp, copies along dp');
  expect(meaningWords(whole, names)).toBe('whole on every rank');
  expect(meaningWords(layoutOf([1], [-1]))).toBe('whole');
  expect(meaningWords(spread, axisNames([spread]))).toBe('rows cut in 8 along axis 0 and axis 1');
  // Eight replicas of which two share: q mod 2 goes along the last axis, copies lie along the first.
  expect(meaningWords(layoutOf([4, 2], [-1], 2), names)).toBe(
    'elements cut in 2 along axis 1 by optimizer sharding, copies along axis 0',
  );
  // Two parts over an axis of four: ranks 0 and 2 of it hold the same one.
  expect(meaningWords(layoutOf([4], [-1], 2))).toBe(
    'elements cut in 2 along dp by optimizer sharding, copies along dp',
  );
});

test('a part where the shape is not known', () => {
  expect(partWords([1, 0], [4, 1])).toBe('part 2 of 4 of the rows and all columns');
  expect(partWords([0, 1, 0], [1, 2, 1])).toBe(
    'all of dimension 0, part 2 of 2 of dimension 1 and all of dimension 2',
  );
  expect(partWords([0], [1])).toBe('the whole tensor');
});

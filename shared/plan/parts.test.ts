import { expect, test } from 'vitest';
import { fillShards, splitIntoParts } from './parts.ts';

const sized = (sizes: number[]) => sizes.map((byteLength, i) => ({ name: `t${i}`, byteLength }));
const names = (parts: { name: string }[][]) => parts.map((part) => part.map((t) => t.name));

test('parts are filled greedily, the largest tensors first, each into the smallest part', () => {
  // total 20, limit 10: two parts; 9 → 0, 5 → 1, 4 → 1 (5 < 9), 2 → 0 or 1 (both 9: the first)
  expect(names(splitIntoParts(sized([2, 4, 9, 5]), 10))).toEqual([
    ['t2', 't0'],
    ['t3', 't1'],
  ]);
});

test('there is at most one part a tensor and at least one part', () => {
  expect(splitIntoParts(sized([100]), 10)).toHaveLength(1);
  expect(splitIntoParts(sized([0, 0]), 10)).toHaveLength(1);
  expect(splitIntoParts(sized([100, 100]), 10)).toHaveLength(2);
});

test('shards keep the order and begin anew when the limit would be passed', () => {
  expect(names(fillShards(sized([4, 4, 4, 20, 1]), 10))).toEqual([['t0', 't1'], ['t2'], ['t3'], ['t4']]);
});

import { expect, test } from 'vitest';
import { rankList } from './ranks.ts';

test('few ranks by their numbers, many by the first of them', () => {
  expect(rankList([3])).toBe('rank 3');
  expect(rankList([1, 5, 6])).toBe('ranks 1, 5 and 6');
  const all = Array.from({ length: 1024 }, (_, rank) => rank);
  expect(rankList(all)).toBe('ranks 0, 1, 2, 3, 4, 5 and 1,018 more');
});

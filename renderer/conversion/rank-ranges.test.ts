import { expect, test } from 'vitest';
import { parseRanks } from './rank-ranges.ts';

test('ranks and ranges of them, in any order, each once', () => {
  expect(parseRanks('')).toEqual([]);
  expect(parseRanks('12, 0-3 2')).toEqual([0, 1, 2, 3, 12]);
  expect(parseRanks('4–5')).toEqual([4, 5]);
});

test.each(['x', '1-', '-1', '5-1', '1.5', '0-9999999'])('%s is none', (text) => {
  expect(parseRanks(text)).toBeUndefined();
});

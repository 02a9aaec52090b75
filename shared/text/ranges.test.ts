import { expect, test } from 'vitest';
import { rangeWords, shortRangeWords, stageRanksWords } from './ranges.ts';

test('runs are drawn together', () => {
  expect(rangeWords([0, 1, 2, 3, 7, 12, 13])).toBe('0–3, 7, 12–13');
  expect(rangeWords([])).toBe('');
});

test('what is equally far apart is said by its beginning and its end', () => {
  expect(shortRangeWords(Array.from({ length: 128 }, (_, i) => 8 * i))).toBe('0, 8, 16 … 1016');
  expect(shortRangeWords([1, 5, 9, 13, 17])).toBe('1, 5, 9, 13, 17');
  expect(shortRangeWords([0, 1, 2, 3, 4, 5, 6, 7])).toBe('0–7');
  expect(shortRangeWords([0, 8, 16, 24, 32, 41])).toBe('0, 8, 16, 24, 32, 41');
  expect(shortRangeWords([])).toBe('');
});

test('ranks of pipeline stages', () => {
  expect(stageRanksWords([0, 1], 4)).toBe('0–7');
  expect(stageRanksWords([0, 2], 4)).toBe('0–3, 8–11');
  expect(stageRanksWords([1], 1)).toBe('1');
});

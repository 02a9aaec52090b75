import { expect, test } from 'vitest';
import { rangeWords } from '../../shared/text/ranges.ts';
import { parseRank, parseSize, parseWhole } from './sizes.ts';

test.each([
  ['3GiB', 3 * 2 ** 30],
  ['500MB', 500_000_000],
  ['1.5G', 1.5 * 2 ** 30],
  ['64k', 65_536],
  ['1048576', 1_048_576],
  [' 2 TiB ', 2 ** 41],
])('%s is a size', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', '0', '-1', '3GiBs', 'GiB', '1e3', '9999999TiB'])('%j is no size', (text) => {
  expect(() => parseSize(text)).toThrow('Give a size such as 3GiB');
});

test('a rank is named with the word before it', () => {
  expect(parseRank('rank=12')).toBe(12);
  for (const text of ['12', 'rank=', 'rank=-1', 'rank=x'])
    expect(() => parseRank(text), text).toThrow('rank=0, rank=1');
});

test('whole numbers within bounds', () => {
  expect(parseWhole(1, 64)('64')).toBe(64);
  for (const text of ['0', '65', '1.5', 'x', ''])
    expect(() => parseWhole(1, 64)(text)).toThrow('a whole number from 1 to 64');
});

test('runs of numbers are drawn together', () => {
  expect(rangeWords([0, 1, 2, 5, 7, 8])).toBe('0–2, 5, 7–8');
  expect(rangeWords([])).toBe('');
});

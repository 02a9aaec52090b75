import { expect, test } from 'vitest';
import { nameList } from './name-list.ts';

test.each([
  [[], ''],
  [['a'], "'a'"],
  [['a', 'b'], "'a' and 'b'"],
  [['a', 'b', 'c', 'd'], "'a', 'b', 'c' and 'd'"],
  [['a', 'b', 'c', 'd', 'e'], "'a', 'b', 'c' and 2 more"],
  [['a\n'], "'a\\n'"],
])('%j', (names, words) => {
  expect(nameList(names)).toBe(words);
});

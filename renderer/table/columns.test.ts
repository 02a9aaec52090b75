import { expect, test } from 'vitest';
import { columnsFor } from './columns.tsx';

test('the column of types is as wide as the longest name of a type needs', () => {
  const widthFor = (letters: number) => columnsFor(letters).find(({ id }) => id === 'dtype')?.size;
  expect(widthFor('BF16'.length)).toBe(66);
  expect(widthFor('F6_E2M3'.length)).toBe(83);
  expect(widthFor('F8_E4M3FNUZ'.length)).toBe(119);
});

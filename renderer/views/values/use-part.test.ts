import { expect, test } from 'vitest';
import { formatSlice, parseSlice, selectedShape } from '../../../shared/values/slice.ts';
import { cellOfIndex } from './find-bar.tsx';
import { blockSlice, firstMatrix, indexOf, type Part } from './use-part.ts';

function partOf(shape: readonly number[], slice: string): Part {
  const selection = parseSlice(slice, shape);
  const [rows = 1, columns = 1] = selectedShape(selection);
  return { key: slice, dtype: 'F32', shape, selection, slice, chosen: true, rows, columns };
}

test.each([
  [[], '[]'],
  [[5], '[:]'],
  [[5, 6], '[:, :]'],
  [[4, 3, 5, 6], '[0, 0, :, :]'],
])('what is shown first of %j is %s', (shape, slice) => {
  expect(formatSlice(firstMatrix(shape), shape)).toBe(slice);
});

test('cells and indices of the tensor', () => {
  const part = partOf([4, 30, 40], '[2, 5:, 3:20]');
  expect(indexOf(part, 1, 2)).toEqual([2, 6, 5]);
  expect(blockSlice(part, [0, 10], [2, 17])).toBe('[2, 5:15, 5:20]');
  expect(cellOfIndex(part, '[2, 6, 5]')).toEqual({ row: 1, column: 2 });
  expect(cellOfIndex(part, '6, 5')).toEqual({ row: 1, column: 2 });
  for (const outside of ['3, 6, 5', '4, 5', '6, 20', 'x', '6', ''])
    expect(cellOfIndex(part, outside), outside).toBeUndefined();
});

test('a vector is one column', () => {
  const part = partOf([100], '[10:]');
  expect([part.rows, part.columns]).toEqual([90, 1]);
  expect(indexOf(part, 5, 0)).toEqual([15]);
  expect(blockSlice(part, [0, 64], [0, 1])).toBe('[10:74]');
  expect(cellOfIndex(part, '99')).toEqual({ row: 89, column: 0 });
});

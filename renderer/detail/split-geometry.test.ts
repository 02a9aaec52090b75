import { expect, test } from 'vitest';
import type { Box } from '../../shared/layout/box.ts';
import { speak } from '../language/t.ts';
import { boxWords, cutDimensions, MAX_DRAWN, splitGeometry } from './split-geometry.ts';

const box = (start: number[], extent: number[]): Box => ({ start, extent });

test('columns of a matrix run across', () => {
  const boxes = [0, 4736, 9472].map((column) => box([0, column], [3584, 4736]));
  expect(splitGeometry(boxes)).toEqual({
    columns: [4736, 4736, 4736],
    rows: [1],
    cells: [0, 1, 2].map((slice) => ({ slice, column: slice, row: 0 })),
  });
  expect(boxWords(box([0, 4736], [3584, 4736]), [1])).toBe('4736–9471');
});

test('rows of a matrix run down', () => {
  const boxes = [0, 64].map((row) => box([row, 0], [64, 32]));
  expect(splitGeometry(boxes)).toMatchObject({ columns: [1], rows: [64, 64] });
});

test('a vector is cut across', () => {
  const boxes = [0, 8].map((start) => box([start], [8]));
  expect(splitGeometry(boxes)).toMatchObject({ columns: [8, 8], rows: [1] });
});

test('cut both ways, in any order of the slices', () => {
  const boxes = [box([32, 0], [32, 8]), box([0, 8], [32, 8]), box([0, 0], [32, 8]), box([32, 8], [32, 8])];
  expect(cutDimensions(boxes)).toEqual([0, 1]);
  expect(splitGeometry(boxes)?.cells).toEqual([
    { slice: 0, column: 0, row: 1 },
    { slice: 1, column: 1, row: 0 },
    { slice: 2, column: 0, row: 0 },
    { slice: 3, column: 1, row: 1 },
  ]);
  expect(boxWords(box([32, 8], [32, 8]), [0, 1])).toBe('rows 32–63, columns 8–15');
});

test('a part is said in the language of the window', () => {
  speak('zh-CN');
  expect(boxWords(box([32, 8], [32, 8]), [0, 1])).toBe('行 32–63、列 8–15');
  speak('en');
});

test('three cut dimensions: the first two run down together', () => {
  const boxes = [0, 1].flatMap((a) =>
    [0, 1].flatMap((b) => [0, 1].map((c) => box([a * 2, b * 4, c * 8], [2, 4, 8]))),
  );
  const geometry = splitGeometry(boxes);
  expect(geometry).toMatchObject({ columns: [8, 8], rows: [8, 8, 8, 8] });
  expect(geometry?.cells[5]).toEqual({ slice: 5, column: 1, row: 2 });
});

test('uneven parts keep their proportion; a whole tensor is one cell; too many are not drawn', () => {
  expect(splitGeometry([box([0], [10]), box([10], [6])])).toMatchObject({ columns: [10, 6] });
  expect(splitGeometry([box([0, 0], [4, 4])])).toEqual({
    columns: [1],
    rows: [1],
    cells: [{ slice: 0, column: 0, row: 0 }],
  });
  expect(splitGeometry([box([], [])])?.cells).toHaveLength(1);
  expect(splitGeometry(Array.from({ length: MAX_DRAWN + 1 }, (_, i) => box([i], [1])))).toBeUndefined();
  expect(splitGeometry([])).toBeUndefined();
});

import { expect, test } from 'vitest';
import { matrixGrid } from './matrix-grid.ts';

test('two axes: the last runs across, ranks row-major', () => {
  expect(matrixGrid([2, 4], ['dp', 'mp'])).toEqual({
    columns: ['mp 0', 'mp 1', 'mp 2', 'mp 3'],
    rows: [
      { headings: [{ text: 'dp 0', span: 1 }], ranks: [0, 1, 2, 3] },
      { headings: [{ text: 'dp 1', span: 1 }], ranks: [4, 5, 6, 7] },
    ],
  });
});

test('more axes are nested, outermost first; axes of size 1 do nothing', () => {
  const { columns, rows } = matrixGrid([2, 1, 2, 2], ['axis 0', 'axis 1', 'dp', 'mp']);
  expect(columns).toEqual(['mp 0', 'mp 1']);
  expect(
    rows.map(({ headings, ranks }) => [headings.map(({ text, span }) => `${text} × ${span}`), ranks]),
  ).toEqual([
    [
      ['axis 0 = 0 × 2', 'dp 0 × 1'],
      [0, 1],
    ],
    [['dp 1 × 1'], [2, 3]],
    [
      ['axis 0 = 1 × 2', 'dp 0 × 1'],
      [4, 5],
    ],
    [['dp 1 × 1'], [6, 7]],
  ]);
});

test('a lone axis: one row, or lines of 16; and no axis at all', () => {
  expect(matrixGrid([4], ['mp'])).toEqual({
    columns: ['mp 0', 'mp 1', 'mp 2', 'mp 3'],
    rows: [{ headings: [], ranks: [0, 1, 2, 3] }],
  });
  const { columns, rows } = matrixGrid([40], ['dp']);
  expect(columns).toEqual([]);
  expect(rows.map(({ headings }) => headings[0]?.text)).toEqual(['dp 0–15', 'dp 16–31', 'dp 32–39']);
  expect(rows[2]?.ranks).toEqual([32, 33, 34, 35, 36, 37, 38, 39]);
  expect(matrixGrid([1, 1], ['dp', 'mp']).rows).toEqual([{ headings: [], ranks: [0] }]);
});

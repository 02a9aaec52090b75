import { expect, test } from 'vitest';
import type { TableColumn } from './page.ts';
import { completeModel, distributedModel } from './sample-model.ts';
import { drawn, page } from './sample-page.ts';

const { model: ranks } = distributedModel(2);

const sortable = completeModel([
  ['c.0.x', 'F32', [2, 10]], // 80 bytes
  ['c.0.y', 'F32', [2, 9]], // 72
  ['a', 'BF16', [100]], // 200
  ['b', 'U8', []], // 1
  ['d', 'F32', [10]], // 40
  ['e.1.x', 'BF16', [2, 9, 1]], // 36
  ['e.1.y', 'U8', ['18446744073709551615', 0]], // 0
]);

function sorted(column: TableColumn, descending = false, view: 'flat' | 'tree' = 'flat'): string[] {
  return drawn(page(sortable, { view, sort: { column, descending } }).rows);
}

test('flat sorting, with the natural order among equals both ways', () => {
  expect(sorted('name', true)).toEqual(['e.1.y', 'e.1.x', 'd', 'c.0.y', 'c.0.x', 'b', 'a']);
  expect(sorted('dtype')).toEqual(['a', 'e.1.x', 'c.0.x', 'c.0.y', 'd', 'b', 'e.1.y']);
  expect(sorted('dtype', true)).toEqual(['b', 'e.1.y', 'c.0.x', 'c.0.y', 'd', 'a', 'e.1.x']);
  expect(sorted('shape')).toEqual(['b', 'c.0.y', 'e.1.x', 'c.0.x', 'd', 'a', 'e.1.y']);
  expect(sorted('size', true)).toEqual(['a', 'c.0.x', 'c.0.y', 'd', 'e.1.x', 'b', 'e.1.y']);
  expect(sorted('held')).toEqual(['a', 'b', 'c.0.x', 'c.0.y', 'd', 'e.1.x', 'e.1.y']);
  const held = page(ranks, {
    view: 'flat',
    filter: 'layers.0 role:weight',
    sort: { column: 'held', descending: false },
  });
  expect(held.rows.map((row) => row.type === 'tensor' && `${row.slices} × ${row.copies}`)).toEqual([
    '1 × 8',
    '4 × 2',
    '4 × 2',
  ]);
});

test('sorting inside the tree', () => {
  expect(sorted('name', true, 'tree')).toEqual([
    '- e.1 (2)',
    '  y',
    '  x',
    'd',
    '- c.0 (2)',
    '  y',
    '  x',
    'b',
    'a',
  ]);
  // Groups by their total: 152 bytes, 36 bytes.
  expect(sorted('size', true, 'tree')).toEqual([
    'a',
    '- c.0 (2)',
    '  x',
    '  y',
    'd',
    '- e.1 (2)',
    '  x',
    '  y',
    'b',
  ]);
  expect(sorted('size', false, 'tree')).toEqual([
    'b',
    '- e.1 (2)',
    '  y',
    '  x',
    'd',
    '- c.0 (2)',
    '  y',
    '  x',
    'a',
  ]);
  expect(sorted('dtype', false, 'tree')).toEqual([
    'a',
    'd',
    'b',
    '- c.0 (2)',
    '  x',
    '  y',
    '- e.1 (2)',
    '  x',
    '  y',
  ]);
  expect(sorted('dtype', true, 'tree').slice(-2)).toEqual(['  y', '  x']);
});

import { naturalCompare } from '../text/natural-order.ts';
import type { CellValue, TextColumn } from './text.ts';

export interface RowSort {
  readonly heading: string;
  readonly descending: boolean;
}

/** Rows by the values of a column: numbers by size, texts as people count, lists from their first entry; equal ones stay in order. */
export function sortedRows<R>(
  columns: readonly TextColumn<R>[],
  rows: readonly R[],
  sort: RowSort | undefined,
): readonly R[] {
  const column = columns.find(({ heading }) => heading === sort?.heading);
  if (column === undefined) return rows;
  const sign = sort?.descending ? -1 : 1;
  return rows.toSorted((a, b) => sign * compareValues(column.value(a), column.value(b)));
}

function compareValues(a: CellValue, b: CellValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'object' && typeof b === 'object') {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const difference = compareValues(a[i], b[i]);
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  }
  return naturalCompare(String(a ?? ''), String(b ?? ''));
}

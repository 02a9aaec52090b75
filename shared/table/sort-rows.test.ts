import { expect, test } from 'vitest';
import { sortedRows } from './sort-rows.ts';
import type { TextColumn } from './text.ts';

interface Row {
  readonly name: string;
  readonly bytes: number;
  readonly ranks: readonly number[];
}

const columns: readonly TextColumn<Row>[] = [
  { heading: 'name', value: (row) => row.name },
  { heading: 'bytes', value: (row) => row.bytes },
  { heading: 'ranks', value: (row) => row.ranks },
];

const rows: readonly Row[] = [
  { name: 'layers.10', bytes: 9, ranks: [1, 5] },
  { name: 'layers.2', bytes: 100, ranks: [0, 4, 8] },
  { name: 'layers.1', bytes: 9, ranks: [0, 4] },
];

test.each([
  ['name', false, ['layers.1', 'layers.2', 'layers.10']],
  ['bytes', false, ['layers.10', 'layers.1', 'layers.2']],
  ['bytes', true, ['layers.2', 'layers.10', 'layers.1']],
  ['ranks', false, ['layers.1', 'layers.2', 'layers.10']],
  ['no column', false, ['layers.10', 'layers.2', 'layers.1']],
])('by %s, descending: %s', (heading, descending, names) => {
  expect(sortedRows(columns, rows, { heading, descending }).map(({ name }) => name)).toEqual(names);
});

// @vitest-environment happy-dom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { giveSizes } from '../testing/render-app.tsx';
import { type DataColumn, DataTable } from './data-table.tsx';

afterEach(cleanup);

const COLUMNS: readonly DataColumn<number>[] = [{ heading: 'n', width: '1fr', value: (row) => row }];

test('scrolling looks at the rows that come into sight, not at all of them', () => {
  giveSizes();
  const rows = Array.from({ length: 20_000 }, (_, i) => i);
  let looked = 0;
  const keyOf = (row: number) => {
    looked++;
    return String(row);
  };
  render(<DataTable label="Numbers" columns={COLUMNS} rows={rows} keyOf={keyOf} />);
  const table = screen.getByRole('table', { name: 'Numbers' });
  looked = 0;
  act(() => {
    table.scrollTop = 2700;
    fireEvent.scroll(table);
  });
  expect(screen.getByRole('row', { name: '100' })).toBeDefined();
  expect(looked).toBeLessThan(1000);
});

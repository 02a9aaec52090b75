// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { giveSizes } from '../testing/render-app.tsx';
import { type DataColumn, DataTable } from './data-table.tsx';
import { useRowSelection } from './use-row-selection.ts';

const COLUMNS: readonly DataColumn<string>[] = [{ heading: 'name', width: '1fr', value: (row) => row }];
const ALL = ['a', 'b', 'c', 'd', 'e'];
const keyOf = (row: string) => row;
let written: string[] = [];
let pick: (row: string | undefined) => void = () => {};

beforeEach(() => {
  giveSizes();
  written = [];
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void written.push(text));
});
afterEach(cleanup);

function Table({ rows }: { readonly rows: readonly string[] }) {
  const [picked, setPicked] = useState<string>();
  pick = setPicked;
  const selection = useRowSelection({ rows, keyOf, picked, onPick: setPicked });
  return (
    <>
      <DataTable label="Rows" columns={COLUMNS} rows={rows} keyOf={keyOf} selection={selection} />
      <output>{`${picked ?? 'none'}: ${selection.several.join(' ')}`}</output>
    </>
  );
}

const row = (name: string) => screen.getByRole('row', { name });
const selected = () =>
  screen
    .getAllByRole('row')
    .filter((one) => one.getAttribute('aria-selected') === 'true')
    .map((one) => one.textContent)
    .join(' ');
const press = (key: string, more = {}) => fireEvent.keyDown(screen.getByRole('grid'), { key, ...more });
const copied = () => {
  press('c', { ctrlKey: true });
  return written.at(-1)?.trimEnd().split('\n').slice(1).join(' ');
};

test('a row alone is explained; Ctrl adds and takes out, Shift takes the range and explains none', () => {
  render(<Table rows={ALL} />);
  expect(copied()).toBe('a b c d e');
  fireEvent.click(row('b'));
  expect(selected()).toBe('b');
  expect(screen.getByRole('status').textContent).toBe('b: ');
  expect(copied()).toBe('b');
  fireEvent.click(row('d'), { ctrlKey: true });
  expect(screen.getByRole('status').textContent).toBe('d: b d');
  fireEvent.click(row('b'), { ctrlKey: true });
  expect(selected()).toBe('d');
  fireEvent.click(row('e'), { ctrlKey: true });
  fireEvent.click(row('c'), { shiftKey: true });
  expect(screen.getByRole('status').textContent).toBe('e: c d e');
  expect(copied()).toBe('c d e');
});

test('by keyboard: a range that grows and turns, all, one less, and one alone again', () => {
  render(<Table rows={ALL} />);
  fireEvent.click(row('c'));
  press('ArrowDown', { shiftKey: true });
  expect(selected()).toBe('c d');
  press('Home', { shiftKey: true });
  expect(selected()).toBe('a b c');
  press('a', { ctrlKey: true });
  expect(selected()).toBe('a b c d e');
  press('ArrowDown');
  press(' ');
  expect(selected()).toBe('');
  press('End', { shiftKey: true });
  expect(selected()).toBe('b c d e');
  press('Escape');
  expect(selected()).toBe('e');
});

test('what is chosen elsewhere is selected alone; rows that are filtered out are not copied', () => {
  const { rerender } = render(<Table rows={ALL} />);
  fireEvent.click(row('a'));
  press('End', { shiftKey: true });
  rerender(<Table rows={['b', 'd', 'x']} />);
  expect(selected()).toBe('b d');
  expect(copied()).toBe('b d');
  rerender(<Table rows={ALL} />);
  fireEvent.click(row('a'), { ctrlKey: true });
  expect(selected()).toBe('b c d e');
  const choose = pick;
  choose('c');
  return vi.waitFor(() => expect(selected()).toBe('c'));
});

/** What a row explains: `b` nothing yet. */
const explains = (name: string) => (name === 'b' ? undefined : name);

function LateTable() {
  const [now, setNow] = useState<string>();
  const onPick = (name: string) => setNow((before) => explains(name) ?? before);
  const subject = { now, of: explains };
  const selection = useRowSelection({ rows: ALL, keyOf, picked: now, onPick, subject });
  return <DataTable label="Rows" columns={COLUMNS} rows={ALL} keyOf={keyOf} selection={selection} />;
}

test('the cursor stands on a row that explains nothing yet', () => {
  render(<LateTable />);
  press('Home');
  press('ArrowDown');
  expect(selected()).toBe('b');
  press('ArrowDown');
  expect(selected()).toBe('c');
});

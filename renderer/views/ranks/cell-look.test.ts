import { expect, test } from 'vitest';
import { cellCode } from '../../../shared/ranks/cells.ts';
import { type Cell, cellLook, cellWords } from './cell-look.ts';

const row = { name: 'w', dtype: 'BF16', shape: [8, 8], slices: 4 } as const;
const cell = (code: number, more: Partial<Cell> = {}): Cell => ({
  ...{ code, row, differs: false, removed: false },
  ...more,
});
const palette = (token: string) => token;

test('a slice has its number and its colour, lit or not; a whole tensor says so', () => {
  const held = cell(cellCode('held', 2));
  expect(cellLook(held, false, palette)).toEqual({ text: '3/4', ink: 'slice-ink', fill: 'slice-2' });
  expect(cellLook(held, true, palette)).toMatchObject({ edge: { width: 2 } });
  expect(cellWords(held)).toBe('Holds slice 3 of 4');
  const whole = cell(cellCode('held'), { row: { ...row, slices: 1 } });
  expect(cellLook(whole, false, palette)).toMatchObject({ text: 'whole' });
  expect(cellWords(whole)).toBe('Holds the whole tensor');
});

test('what is missing is hatched, unless it was left out on purpose', () => {
  const elsewhere = cellCode('elsewhere', 1);
  expect(cellLook(cell(elsewhere), false, palette)).toMatchObject({ hatch: 'line-strong' });
  expect(cellWords(cell(elsewhere))).toBe('Missing here: slice 2 of 4. Another rank has it');
  expect(cellLook(cell(elsewhere, { removed: true }), false, palette)).toEqual({ text: '–', ink: 'text-3' });
  expect(cellLook(cell(cellCode('missing', 1)), false, palette)).toMatchObject({ hatch: 'line-strong' });
  expect(cellLook(cell(cellCode('none')), false, palette)).toBeUndefined();
});

test('a copy that differs from its replica stands out, and still says what it holds', () => {
  const differing = cell(cellCode('held', 2), { differs: true });
  expect(cellLook(differing, false, palette)).toMatchObject({ text: 'differs', fill: 'error-soft' });
  expect(cellWords(differing)).toBe('Holds slice 3 of 4, which differs from its replica');
});

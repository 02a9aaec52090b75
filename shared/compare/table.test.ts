import { expect, test } from 'vitest';
import { completeModel } from '../table/sample-model.ts';
import type { ComparedTensor } from './results.ts';
import { comparePage, compareText } from './table.ts';

const a = completeModel([
  ['=x', 'F32', [2]],
  ['norm', 'BF16', [4]],
  ['w.10', 'F32', [2, 2]],
  ['w.2', 'F32', [2, 2]],
]);
const b = completeModel([['extra', 'F32', [1]]]);
const both = (name: string) => ({
  name,
  a: { name, dtype: 'F32', shape: [2, 2] } as const,
  b: { name: `b.${name}`, dtype: 'F32', shape: [2, 2] } as const,
});
const rows: ComparedTensor[] = [
  { ...both('w.2'), status: 'different', numbers: { elements: 4, differing: 1, first: [0, 1], maxAbs: 0.5 } },
  { ...both('w.10'), status: 'different', numbers: { elements: 4, differing: 3, maxAbs: 2 } },
  { name: 'norm', status: 'only-a', a: { name: 'norm', dtype: 'BF16', shape: [4] } },
  { name: 'extra', status: 'only-b', b: { name: 'extra', dtype: 'F32', shape: [1] } },
  { ...both('=x'), status: 'equal', numbers: { elements: 2, differing: 0, maxAbs: 0 } },
];
const table = { rows, a, b };
const names = (page: { rows: readonly ComparedTensor[] }) => page.rows.map(({ name }) => name);

test('as listed, filtered in the language of the tensor table, by status, sorted, in pages', () => {
  expect(names(comparePage(table, { filter: '' }, 1, 2))).toEqual(['w.10', 'norm']);
  expect(names(comparePage(table, { filter: 'dtype:bf16' }, 0, 10))).toEqual(['norm']);
  expect(names(comparePage(table, { filter: 'extra' }, 0, 10))).toEqual(['extra']);
  expect(comparePage(table, { filter: 'dtype:x' }, 0, 10).filterErrors).toHaveLength(1);
  const equal = comparePage(table, { filter: '', statuses: ['equal'] }, 0, 10);
  expect(equal).toMatchObject({ totalRows: 1, tensorCount: 5 });
  const sorted = (column: 'name' | 'maxAbs', descending: boolean) =>
    names(comparePage(table, { filter: '', sort: { column, descending } }, 0, 10));
  expect(sorted('name', false)).toEqual(['=x', 'extra', 'norm', 'w.2', 'w.10']);
  expect(sorted('maxAbs', true)).toEqual(['w.10', 'w.2', '=x', 'norm', 'extra']);
  expect(sorted('maxAbs', false)).toEqual(['=x', 'w.2', 'w.10', 'norm', 'extra']);
});

test('as text, only rows at some places of the order that was asked for', () => {
  const query = { filter: '', sort: { column: 'name', descending: false } } as const;
  const { text, count } = compareText(table, query, 'json', [0, 2, 99]);
  expect(count).toBe(2);
  expect(JSON.parse(text).map(({ name }: { name: string }) => name)).toEqual(['=x', 'norm']);
});

test('what of the whole a rank’s part is stands in the text, too', () => {
  const [row] = table.rows;
  if (!row) throw new Error('the sample has rows');
  const part = { of: 'b', box: { start: [1, 0], extent: [1, 2] } } as const;
  const { text } = compareText({ ...table, rows: [{ ...row, part }] }, { filter: '' }, 'json');
  expect(JSON.parse(text)).toEqual([expect.objectContaining({ part: 'row 1 and all 2 columns' })]);
});

test('as text: a name cannot act as a formula', () => {
  const { text, count } = compareText(table, { filter: '' }, 'csv');
  const lines = text.split('\n');
  expect(count).toBe(5);
  expect(lines[1]).toBe('w.2,different,b.w.2,F32,F32,"[2, 2]","[2, 2]",4,1,"[0, 1]",0.5,,,,,,');
  expect(lines[3]).toBe('norm,only-a,,BF16,,[4],,,,,,,,,,,');
  expect(lines[5]?.startsWith("'=x,equal,")).toBe(true);
  expect(JSON.parse(compareText(table, { filter: 'w.2' }, 'json').text)).toEqual([
    expect.objectContaining({ name: 'w.2', nameB: 'b.w.2', differing: 1, first: [0, 1], maxAbs: 0.5 }),
  ]);
});

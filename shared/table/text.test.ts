import { expect, test } from 'vitest';
import { type TextColumn, tableText } from './text.ts';

interface Row {
  readonly name: string;
  readonly shape: readonly number[];
  readonly map: readonly (readonly number[])[];
  readonly bytes: number;
  readonly whole?: boolean;
}

const columns: readonly TextColumn<Row>[] = [
  { heading: 'name', value: (row) => row.name },
  { heading: 'shape', value: (row) => row.shape },
  { heading: 'tensor map', key: 'tensorMap', value: (row) => row.map },
  { heading: 'bytes', key: 'byteLength', value: (row) => row.bytes },
  { heading: 'whole', value: (row) => row.whole },
];

const rows: readonly Row[] = [
  { name: '=cmd|calc', shape: [2, 4], map: [[1, 0], [-1]], bytes: -1 },
  { name: 'a_b, "c"\n', shape: [], map: [], bytes: 1234, whole: true },
];

test('TSV: texts cannot act, numbers are plain, lists in brackets', () => {
  expect(tableText(columns, rows, 'tsv')).toBe(
    [
      'name\tshape\ttensor map\tbytes\twhole',
      "'=cmd|calc\t[2, 4]\t[[1, 0], [-1]]\t-1\t",
      'a_b, "c"\\n\t[]\t[]\t1234\ttrue',
      '',
    ].join('\n'),
  );
});

test('CSV: what has a comma or a quote is quoted', () => {
  expect(tableText(columns, rows, 'csv')).toBe(
    [
      'name,shape,tensor map,bytes,whole',
      '\'=cmd|calc,"[2, 4]","[[1, 0], [-1]]",-1,',
      '"a_b, ""c""\\n",[],[],1234,true',
      '',
    ].join('\n'),
  );
});

test('JSON: exact texts under the fields’ own names, one object a line', () => {
  const text = tableText(columns, rows, 'json');
  expect(text.split('\n')).toHaveLength(5);
  expect(JSON.parse(text)).toEqual([
    { name: '=cmd|calc', shape: [2, 4], tensorMap: [[1, 0], [-1]], byteLength: -1 },
    { name: 'a_b, "c"\n', shape: [], tensorMap: [], byteLength: 1234, whole: true },
  ]);
  expect(tableText(columns, [], 'json')).toBe('[]\n');
});

test('Markdown: nothing in a name is taken for markup', () => {
  expect(tableText(columns, rows, 'markdown')).toBe(
    [
      '| name | shape | tensor map | bytes | whole |',
      '| --- | --- | --- | ---: | --- |',
      '| =cmd\\|calc | \\[2, 4\\] | \\[\\[1, 0\\], \\[-1\\]\\] | -1 |  |',
      '| a\\_b, "c"\\\\n | \\[\\] | \\[\\] | 1234 | true |',
      '',
    ].join('\n'),
  );
});

import { expect, test } from 'vitest';
import { copyTable, exportTable } from './copy.ts';
import { completeModel, distributedModel } from './sample-model.ts';
import type { TableRequest } from './table.ts';
import { TABLE_FORMATS } from './text.ts';

const all: TableRequest = { filter: '', view: 'flat', toggled: [] };

const model = completeModel([
  ['=cmd|calc', 'F32', [2, 3]],
  ['tab\tand\nline', 'U8', []],
  ['huge', 'I64', ['18446744073709551615', 0]],
]);

test('text for a spreadsheet: names cannot act, numbers are exact', () => {
  expect(copyTable(model, all, undefined, 'tsv')).toEqual({
    count: 3,
    text: [
      'name\tdtype\tshape\telements\tbytes\trole\tslices\tcopies\tranks\tfile',
      "'=cmd|calc\tF32\t[2, 3]\t6\t24\tweight\t1\t1\t0\tmodel.safetensors",
      'huge\tI64\t[18446744073709551615, 0]\t0\t0\tweight\t1\t1\t0\tmodel.safetensors',
      'tab\\tand\\nline\tU8\t[]\t1\t1\tweight\t1\t1\t0\tmodel.safetensors',
      '',
    ].join('\n'),
  });
});

test('JSON is exact', () => {
  const { text, count } = copyTable(model, all, ['tab\tand\nline', 'huge'], 'json');
  expect(count).toBe(2);
  expect(text.split('\n')).toHaveLength(5);
  expect(JSON.parse(text)).toEqual([
    {
      name: 'huge',
      dtype: 'I64',
      shape: ['18446744073709551615', 0],
      elements: 0,
      byteLength: 0,
      role: 'weight',
      slices: 1,
      copies: 1,
      ranks: 0,
      file: 'model.safetensors',
    },
    expect.objectContaining({ name: 'tab\tand\nline', shape: [], byteLength: 1 }),
  ]);
  expect(JSON.parse(copyTable(model, { ...all, filter: 'nothing' }, undefined, 'json').text)).toEqual([]);
});

test('chosen tensors come in the order of the view, those that the filter hides behind them', () => {
  const { model: ranks } = distributedModel(1);
  const request: TableRequest = { ...all, filter: 'norm', sort: { column: 'name', descending: true } };
  const names = ['global_step', 'model.layers.0.ffn_norm.weight', 'model.norm_out.weight'];
  const { text, count } = copyTable(ranks, request, names, 'tsv');
  expect(count).toBe(3);
  expect(text.split('\n').map((line) => line.split('\t')[0])).toEqual([
    'name',
    'model.norm_out.weight',
    'model.layers.0.ffn_norm.weight',
    'global_step',
    '',
  ]);
  expect(text).toContain(
    'model.norm_out.weight\tF32\t[3584]\t3584\t14336\tweight\t1\t8\t8\trank_0/net.safetensors',
  );
});

test('an unknown name is refused', () => {
  expect(() => copyTable(model, all, ['huge', 'gone'], 'tsv')).toThrowError(
    expect.objectContaining({ fault: expect.objectContaining({ code: 'CP_NO_TENSOR', tensor: 'gone' }) }),
  );
});

test('parts that follow each other are the whole, in every format, flat and as a tree', () => {
  const { model: ranks } = distributedModel(2);
  for (const view of ['flat', 'tree'] as const)
    for (const format of TABLE_FORMATS) {
      const request: TableRequest = { ...all, view, filter: 'wq' };
      const whole = copyTable(ranks, request, undefined, format).text;
      const parts = [0, 2, 4].map((offset) => exportTable(ranks, request, format, offset, 2));
      expect(parts.map(({ total }) => total)).toEqual([6, 6, 6]);
      expect(parts.map(({ text }) => text).join('')).toBe(whole);
    }
  expect(exportTable(ranks, { ...all, filter: 'none such' }, 'json', 0, 4)).toEqual({
    text: '[]\n',
    total: 0,
  });
});

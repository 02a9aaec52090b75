import { expect, test } from 'vitest';
import { tablePlace } from './place.ts';
import { namedModel } from './sample-model.ts';
import type { TableRequest } from './table.ts';

const model = namedModel(['embed', 'layers.0.wk', 'layers.0.wq', 'layers.1.wk', 'layers.1.wq', 'norm']);

function place(name: string, given: Partial<TableRequest> = {}): number | undefined {
  return tablePlace(model, { filter: '', view: 'tree', toggled: [], ...given }, name);
}

test('in the flat table, as it is filtered and sorted', () => {
  expect(place('layers.1.wk', { view: 'flat' })).toBe(3);
  expect(place('layers.1.wk', { view: 'flat', filter: 'wk' })).toBe(1);
  expect(place('layers.1.wk', { view: 'flat', sort: { column: 'name', descending: true } })).toBe(2);
});

test('in the tree, under its group; a closed group stands for it', () => {
  // embed, layers.0, wk, wq, layers.1, wk, wq, norm
  expect(place('embed')).toBe(0);
  expect(place('layers.0.wq')).toBe(3);
  expect(place('layers.0.wq', { toggled: ['layers.0'] })).toBe(1);
  expect(place('layers.1.wk', { toggled: ['layers.0'] })).toBe(3);
  expect(place('norm', { toggled: ['layers.0', 'layers.1'] })).toBe(3);
});

test('nowhere, when the filter hides it or there is no such tensor', () => {
  expect(place('norm', { filter: 'layers' })).toBeUndefined();
  expect(place('norm', { filter: 'layers', view: 'flat' })).toBeUndefined();
  expect(place('other')).toBeUndefined();
});

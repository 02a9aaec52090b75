import { expect, test } from 'vitest';
import { parseAddress } from '../address.ts';
import { tabNames } from './tab-names.ts';

function named(...hashes: string[]): string[] {
  return tabNames(hashes.map(parseAddress));
}

test('a folder by its last name; with the one above where that says nothing, or where two are called alike', () => {
  expect(named('#/summary?path=/data/qwen2_7b', '#/summary')).toEqual(['qwen2_7b', 'New tab']);
  expect(named('#/tensors?path=/data/qwen2/output', '#/tensors?path=/data/llama/output')).toEqual([
    'qwen2 / output',
    'llama / output',
  ]);
  expect(named('#/summary?path=/a/x/run_1', '#/summary?path=/a/y/run_1')).toEqual(['x / run_1', 'y / run_1']);
});

test('one folder several times: by save, rank or view, at last by number', () => {
  expect(named('#/summary?path=/data/run&save=1_10', '#/summary?path=/data/run&save=1_20')).toEqual([
    'run · 1_10',
    'run · 1_20',
  ]);
  expect(
    named('#/tensors?path=/data/run', '#/values?path=/data/run&rank=3', '#/tensors?path=/data/run'),
  ).toEqual(['run · tensors', 'run · rank 3', 'run · tensors (2)']);
});

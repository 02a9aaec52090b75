import { expect, test } from 'vitest';
import { beside, folderOf, lastName } from './paths.ts';

test('folders and names, with slashes and with backslashes', () => {
  expect([folderOf('/data/run/x.ckpt'), folderOf('C:\\runs\\x.ckpt'), folderOf('/x'), folderOf('x')]).toEqual(
    ['/data/run', 'C:\\runs', '/', '.'],
  );
  expect([lastName('/data/run'), lastName('C:\\runs\\a')]).toEqual(['run', 'a']);
});

test('beside a checkpoint, and beside the run where it is one', () => {
  expect(beside('/models/llama', 'llama_mindspore')).toBe('/models/llama_mindspore');
  expect(beside('/data/run/output/checkpoint', 'merged_step20')).toBe('/data/run/merged_step20');
  expect(beside('/data/run/output', 'merged_step20')).toBe('/data/run/merged_step20');
  expect(beside('C:\\runs\\output', 'merged')).toBe('C:\\runs\\merged');
});

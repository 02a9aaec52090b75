import { expect, test } from 'vitest';
import { asFault } from '../errors.ts';
import { formatSlice, parseSlice, selectAll, selectedShape } from './slice.ts';

test.each([
  ['[0, :, 3:10]', [0, 0, 3], [1, 5, 7], [5, 7]],
  ['0,:,3:10', [0, 0, 3], [1, 5, 7], [5, 7]],
  ['-1', [3, 0, 0], [1, 5, 12], [5, 12]],
  ['..., -2:', [0, 0, 10], [4, 5, 2], [4, 5, 2]],
  ['1, ...', [1, 0, 0], [1, 5, 12], [5, 12]],
  ['1:2, :, 100:200', [1, 0, 12], [1, 5, 0], [1, 5, 0]],
  ['3:1', [3, 0, 0], [0, 5, 12], [0, 5, 12]],
  ['::1', [0, 0, 0], [4, 5, 12], [4, 5, 12]],
  ['', [0, 0, 0], [4, 5, 12], [4, 5, 12]],
])('%s of [4, 5, 12]', (text, start, extent, shape) => {
  const selection = parseSlice(text, [4, 5, 12]);
  expect(selection.box).toEqual({ start, extent });
  expect(selectedShape(selection)).toEqual(shape);
});

test('a scalar has the empty slice', () => {
  expect(parseSlice('[]', []).box).toEqual({ start: [], extent: [] });
});

test.each([
  ['0,0,0,0', 'names 4 axes, the tensor has 3'],
  ['4', 'asks for index 4 of axis 0, which has 4'],
  ['-5', 'asks for index -5 of axis 0, which has 4'],
  ['a', "has 'a', which is no index and no range"],
  ['::2', "has '::2', which is no index and no range"],
  ['1.5', "has '1.5', which is no index and no range"],
])('%s is refused', (text, words) => {
  let found: unknown;
  try {
    parseSlice(text, [4, 5, 12]);
  } catch (error) {
    found = error;
  }
  expect(asFault(found)).toMatchObject({ code: 'USAGE', expected: '[4, 5, 12]', found: text });
  expect(asFault(found).message).toContain(words);
});

test('what is written reads back', () => {
  const shape = [4, 5, 12];
  for (const text of ['[0, :, 3:10]', '[:, :, :]', '[1:, :3, 11]'])
    expect(formatSlice(parseSlice(text, shape), shape)).toBe(text);
  expect(formatSlice(selectAll(shape), shape)).toBe('[:, :, :]');
});

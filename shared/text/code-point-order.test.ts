import { expect, test } from 'vitest';
import { compareCodePoints } from './code-point-order.ts';

test('text above U+FFFF comes behind all below it, as in Python, and not before U+E000', () => {
  const sorted = ['', 'a', 'a\ud7ff', 'a\ue000', 'a\uffff', 'a𝄞', 'a𝄞a', 'a𝄟', 'b'];
  expect(sorted.toReversed().sort(compareCodePoints)).toEqual(sorted);
  expect(sorted.toReversed().sort()).not.toEqual(sorted);
});

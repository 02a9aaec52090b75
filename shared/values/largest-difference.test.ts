import { expect, test } from 'vitest';
import { largestDifference } from './largest-difference.ts';

const f32 = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

test.each<[string, number[], number[], number | undefined]>([
  ['the largest, either way', [1, 5, -3], [1.5, 1, -1], 4],
  ['what is NaN or infinite is passed over', [Number.NaN, 1, Infinity, 2], [0, Infinity, 1, 2.25], 0.25],
  ['nothing finite differs', [Number.NaN, Infinity], [1, -Infinity], undefined],
  ['only the sign of zero differs', [0], [-0], undefined],
])('%s', (_what, a, b, expected) => {
  expect(largestDifference('F32', f32(...a), f32(...b))).toBe(expected);
});

test('packed and small dtypes', () => {
  // F4 codes 2 (1) and 7 (6), the low half of the byte first; then 2 and 15 (-6).
  expect(largestDifference('F4', Uint8Array.of(0x72), Uint8Array.of(0xf2))).toBe(12);
  // BF16 1.0 and 2.0.
  expect(largestDifference('BF16', Uint8Array.of(0x80, 0x3f), Uint8Array.of(0x00, 0x40))).toBe(1);
  expect(largestDifference('I8', Uint8Array.of(0x80), Uint8Array.of(0x7f))).toBe(255);
});

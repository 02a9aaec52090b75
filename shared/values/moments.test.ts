import { expect, test } from 'vitest';
import { CODE_BITS } from './buckets.ts';
import { mergeMoments, momentsOf, noMoments } from './moments.ts';

function momentsIn(values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>) {
  return momentsOf(values, new Uint32Array(2 ** CODE_BITS));
}

/** Exact for what these tests sum: whole numbers. */
function direct(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, squares: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
}

test('a spread that is tiny beside the values keeps its digits', () => {
  const values = Float64Array.from({ length: 100_000 }, (_, i) => 2 ** 40 + (i % 2));
  const { mean, squares } = momentsIn(values);
  expect(mean).toBe(2 ** 40 + 0.5);
  expect(squares).toBeCloseTo(25_000, 6);
});

test('parts together are the whole, also a last block that is no multiple of four', () => {
  const whole = Array.from({ length: 3001 }, (_, i) => ((i * 7919) % 1000) - 300);
  const parts = [whole.slice(0, 7), whole.slice(7, 1500), whole.slice(1500)];
  const merged = parts.map((part) => momentsIn(Float32Array.from(part))).reduce(mergeMoments, noMoments());
  const { mean, squares } = direct(whole);
  expect(merged.count).toBe(3001);
  expect(merged.mean).toBeCloseTo(mean, 10);
  expect(merged.squares / squares).toBeCloseTo(1, 12);
  expect([merged.min, merged.max]).toEqual([Math.min(...whole), Math.max(...whole)]);
  expect(merged.zeros).toBe(whole.filter((value) => value === 0).length);
});

test('NaN and Inf are counted and change nothing else', () => {
  const values = [1, 2, Number.NaN, 3, Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, Number.NaN];
  expect(momentsIn(Float32Array.from(values))).toEqual({
    count: 4,
    mean: 1.5,
    squares: 5,
    min: 0,
    max: 3,
    zeros: 1,
    nan: 2,
    positiveInfinity: 1,
    negativeInfinity: 1,
  });
  expect(momentsIn(Float32Array.of(Number.NaN))).toEqual({ ...noMoments(), nan: 1 });
});

test('codes are the highest bits of each value', () => {
  for (const values of [Float32Array.of(1, 1, -2, 0, 1), Float64Array.of(1, 1, -2, 0, 1)]) {
    const codes = new Uint32Array(2 ** CODE_BITS);
    momentsOf(values, codes);
    const [one, two] = values.BYTES_PER_ELEMENT === 4 ? [0x3f80, 0xc000] : [0x3ff0, 0xc000];
    expect([codes[one << 2], codes[two << 2], codes[0]]).toEqual([3, 1, 1]);
  }
});

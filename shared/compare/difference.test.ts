import { expect, test } from 'vitest';
import {
  addDifference,
  differenceNumbers,
  differenceOf,
  equalDifference,
  noDifference,
} from './difference.ts';
import { pairsOf } from './pairs.ts';

const EXACT = { atol: 0, rtol: 0, nanEqual: true };
const place = (element: number) => [element];

function numbersOf(a: Float64Array<ArrayBuffer>, b: Float64Array<ArrayBuffer>, tolerance = EXACT) {
  return differenceNumbers(differenceOf({ a, b }, 0, tolerance), place);
}

test('count, first, largest, mean, relative, L2 and cosine, worked out by hand', () => {
  const a = Float64Array.of(1, 2, 3, 4);
  const b = Float64Array.of(1, 2.5, 3, 2);
  // |a − b| = 0, 0.5, 0, 2; ‖a − b‖² = 4.25; ‖b‖² = 20.25; a·b = 23; ‖a‖² = 30.
  const numbers = numbersOf(a, b);
  expect(numbers).toEqual({
    elements: 4,
    differing: 2,
    first: [1],
    maxAbs: 2,
    meanAbs: 0.625,
    maxRelative: 1,
    relativeL2: Math.sqrt(4.25) / 4.5,
    cosine: 23 / (Math.sqrt(30) * 4.5),
  });
});

test('tolerances as NumPy’s isclose: |a − b| ≤ atol + rtol × |b|', () => {
  const a = Float64Array.of(10, 100, 0);
  const b = Float64Array.of(10.5, 104, 0.25);
  expect(numbersOf(a, b, { ...EXACT, atol: 0.5 }).differing).toBe(1);
  expect(numbersOf(a, b, { ...EXACT, rtol: 0.05 })).toMatchObject({ differing: 1, first: [2], maxAbs: 4 });
  expect(numbersOf(a, b, { ...EXACT, atol: 0.25, rtol: 0.05 }).differing).toBe(0);
  // 5 % of b, and not of a.
  const [more, less] = [Float64Array.of(100), Float64Array.of(95.1)];
  expect(numbersOf(more, less, { ...EXACT, rtol: 0.05 }).differing).toBe(1);
  expect(numbersOf(less, more, { ...EXACT, rtol: 0.05 }).differing).toBe(0);
});

test('NaN, infinities and zeros of both signs', () => {
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
  const a = Float64Array.of(nan, inf, inf, 1, 0, -inf);
  const b = Float64Array.of(nan, inf, -inf, nan, -0, 3);
  expect(numbersOf(a, b)).toEqual({
    elements: 6,
    differing: 3,
    first: [2],
    maxAbs: 0,
    meanAbs: 0,
    maxRelative: 0,
    relativeL2: 0,
  });
  expect(numbersOf(a, b, { ...EXACT, nanEqual: false })).toMatchObject({ differing: 4, first: [0] });
  // A tolerance of any size does not make an infinity equal to a number.
  expect(numbersOf(a, b, { atol: inf, rtol: 0, nanEqual: true }).differing).toBe(3);
});

test('equal bytes: their squares count, and a NaN that is not to be equal', () => {
  const equal = Float32Array.of(3, 4);
  const sum = noDifference();
  addDifference(sum, equalDifference(equal, 0, EXACT));
  addDifference(sum, differenceOf({ a: Float32Array.of(1), b: Float32Array.of(2) }, 2, EXACT));
  expect(differenceNumbers(sum, place)).toMatchObject({
    elements: 3,
    differing: 1,
    first: [2],
    meanAbs: 1 / 3,
    relativeL2: 1 / Math.sqrt(29),
    cosine: 27 / (Math.sqrt(26) * Math.sqrt(29)),
  });
  const nan = Float32Array.of(1, Number.NaN);
  expect(equalDifference(nan, 5, EXACT)).toMatchObject({ differing: 0, finite: 1, aSquares: 1 });
  expect(equalDifference(nan, 5, { ...EXACT, nanEqual: false })).toMatchObject({ differing: 1, first: 6 });
});

test('numbers that cannot be told are left out', () => {
  const zeros = new Float64Array(2);
  expect(numbersOf(Float64Array.of(1, 0), zeros)).toEqual({
    elements: 2,
    differing: 1,
    first: [0],
    maxAbs: 1,
    meanAbs: 0.5,
    maxRelative: 0,
  });
  expect(numbersOf(new Float64Array(), new Float64Array())).toEqual({ elements: 0, differing: 0 });
});

function bytesOf(values: { buffer: ArrayBuffer }): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer);
}

test('64-bit integers above 2^53 are told apart exactly', () => {
  const a = bytesOf(BigInt64Array.of(2n ** 60n, 5n));
  const b = bytesOf(BigInt64Array.of(2n ** 60n + 1n, 5n));
  const found = differenceOf(pairsOf('I64', a, 'I64', b), 0, EXACT);
  expect(found).toMatchObject({ differing: 1, first: 0, maxAbs: 1 });
  const unsigned = bytesOf(BigUint64Array.of(2n ** 64n - 1n, 5n));
  expect(differenceOf(pairsOf('U64', unsigned, 'I64', a), 0, EXACT).maxAbs).toBe(2 ** 64 - 2 ** 60);
});

test('complex values: the absolute value of their difference, the angle of their parts', () => {
  const a = bytesOf(Float32Array.of(1, 0, 2, 0));
  const b = bytesOf(Float32Array.of(0, 1, 2, 0));
  const numbers = differenceNumbers(differenceOf(pairsOf('C64', a, 'C64', b), 0, EXACT), place);
  // |1| = |i| = 1, and they are √2 apart; the real parts of the products are 0 and 4.
  expect(numbers).toMatchObject({ differing: 1, first: [0], maxAbs: Math.SQRT2 });
  expect(numbers.cosine).toBeCloseTo(4 / 5, 15);
});

test('two dtypes: by value', () => {
  const half = new Uint8Array(Uint16Array.of(0x3c00, 0x3555).buffer);
  const single = bytesOf(Float32Array.of(1, 1 / 3));
  const found = differenceOf(pairsOf('F16', half, 'F32', single), 0, EXACT);
  expect(found).toMatchObject({ differing: 1, first: 1 });
  expect(found.maxAbs).toBeCloseTo(Math.abs(0.333251953125 - Math.fround(1 / 3)), 12);
});

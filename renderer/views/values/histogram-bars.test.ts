import { expect, test } from 'vitest';
import type { TensorStats } from '../../../shared/values/results.ts';
import { histogramOf } from './histogram-bars.ts';

const STATS: TensorStats = {
  dtype: 'F32',
  shape: [20],
  count: 20,
  finite: 20,
  zeros: 2,
  nan: 0,
  positiveInfinity: 0,
  negativeInfinity: 0,
  min: -1,
  max: 1,
  mean: 0,
  std: 1,
  quantiles: [],
  quantileError: 0,
  linear: { from: -1, to: 1, counts: [0, 10, 9, 1] },
  log: {
    negative: [{ exponent: -2, count: 8 }],
    positive: [
      { exponent: -3, count: 4 },
      { exponent: 0, count: 6 },
    ],
  },
};
const SIZE = { width: 400, height: 100 };

test('equal bins: heights by count, labels say the range', () => {
  const { bars, yTicks } = histogramOf(STATS, 'equal', 'linear', SIZE);
  expect(bars.map(({ label, count, x, height }) => ({ label, count, x, height }))).toEqual([
    { label: '−1 to −0.5000', count: 0, x: 0, height: 0 },
    { label: '−0.5000 to 0', count: 10, x: 100, height: 100 },
    { label: '0 to 0.5000', count: 9, x: 200, height: 90 },
    { label: '0.5000 to 1', count: 1, x: 300, height: 10 },
  ]);
  expect(yTicks.map(({ label }) => label)).toEqual(['0', '2', '4', '6', '8', '10']);
});

test('log counts: one is seen, none is not', () => {
  const { bars, yTicks } = histogramOf(STATS, 'equal', 'log', SIZE);
  expect(bars[0]?.height).toBe(0);
  expect(bars[3]?.height).toBeGreaterThan(10);
  expect(bars[1]?.height).toBe(100);
  expect(yTicks.map(({ label }) => label)).toEqual(['1', '10']);
});

test('tiny values: their powers are told with the sign that is as wide as a digit, zero as it is', () => {
  const tiny = { ...STATS, linear: { from: -2e-5, to: 2e-5, counts: [1, 1] } };
  const { xTicks } = histogramOf(tiny, 'equal', 'linear', SIZE);
  expect(xTicks.map(({ label }) => label)).toEqual([
    '−2e−5',
    '−1.5e−5',
    '−1e−5',
    '−5e−6',
    '0',
    '5e−6',
    '1e−5',
    '1.5e−5',
    '2e−5',
  ]);
});

test('powers of two: zeros in the middle, bins between that are empty', () => {
  const { bars } = histogramOf(STATS, 'powers', 'linear', SIZE);
  expect(bars.map(({ label, count }) => [label, count])).toEqual([
    ['−2^−2 to −2^−1', 8],
    ['zero', 2],
    ['2^−3 to 2^−2', 4],
    ['2^−2 to 2^−1', 0],
    ['2^−1 to 2^0', 0],
    ['2^0 to 2^1', 6],
  ]);
});

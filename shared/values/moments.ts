import { REST_BITS } from './buckets.ts';
import type { Numbers } from './elements.ts';

/** Sum, spread and extremes of the finite values seen, and counts of the others. */
export interface Moments {
  /** Finite values. */
  count: number;
  mean: number;
  /** Sum of squared distances from the mean. */
  squares: number;
  min: number;
  max: number;
  zeros: number;
  nan: number;
  positiveInfinity: number;
  negativeInfinity: number;
}

export function noMoments(): Moments {
  return {
    count: 0,
    mean: 0,
    squares: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    zeros: 0,
    nan: 0,
    positiveInfinity: 0,
    negativeInfinity: 0,
  };
}

/** Both together, with the update of Chan, Golub and LeVeque (1979), which loses no digits to cancellation. */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const count = a.count + b.count;
  const apart = b.mean - a.mean;
  const share = count === 0 ? 0 : b.count / count;
  return {
    count,
    mean: a.count === 0 ? b.mean : a.mean + apart * share,
    squares: a.squares + b.squares + (a.count === 0 ? 0 : apart * apart * a.count * share),
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    zeros: a.zeros + b.zeros,
    nan: a.nan + b.nan,
    positiveInfinity: a.positiveInfinity + b.positiveInfinity,
    negativeInfinity: a.negativeInfinity + b.negativeInfinity,
  };
}

/** Values summed before their sum is carried over: short enough for the error to stay below NumPy's. */
const BLOCK = 512;

/**
 * Moments of values, and in `codes` how often each code occurs, see `CODE_BITS` (in the same loop:
 * what is read once costs half). Sums are of distances from a value near the mean, four at a time, in 64 bits.
 */
export function momentsOf(values: Numbers, codes: Uint32Array): Moments {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
  // Words of a value; the last of them has its highest bits.
  const size = values.BYTES_PER_ELEMENT / 4;
  const centre = centreOf(values);
  const result = noMoments();
  let { min, max, zeros } = result;
  let sum = 0;
  let lost = 0;
  let squares = 0;
  let count = 0;
  for (let begin = 0; begin < values.length; begin += BLOCK) {
    const end = Math.min(values.length, begin + BLOCK);
    const four = end - ((end - begin) & 3);
    const [minBefore, maxBefore, zerosBefore] = [min, max, zeros];
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let q0 = 0;
    let q1 = 0;
    let q2 = 0;
    let q3 = 0;
    for (let i = begin, at = (begin + 1) * size - 1; i < four; i += 4, at += 4 * size) {
      const a = values[i] as number;
      const b = values[i + 1] as number;
      const c = values[i + 2] as number;
      const d = values[i + 3] as number;
      const ca = (words[at] as number) >>> REST_BITS;
      const cb = (words[at + size] as number) >>> REST_BITS;
      const cc = (words[at + 2 * size] as number) >>> REST_BITS;
      const cd = (words[at + 3 * size] as number) >>> REST_BITS;
      codes[ca] = (codes[ca] as number) + 1;
      codes[cb] = (codes[cb] as number) + 1;
      codes[cc] = (codes[cc] as number) + 1;
      codes[cd] = (codes[cd] as number) + 1;
      if (a < min) min = a;
      if (b < min) min = b;
      if (c < min) min = c;
      if (d < min) min = d;
      if (a > max) max = a;
      if (b > max) max = b;
      if (c > max) max = c;
      if (d > max) max = d;
      if (a === 0) zeros++;
      if (b === 0) zeros++;
      if (c === 0) zeros++;
      if (d === 0) zeros++;
      const da = a - centre;
      const db = b - centre;
      const dc = c - centre;
      const dd = d - centre;
      s0 += da;
      s1 += db;
      s2 += dc;
      s3 += dd;
      q0 += da * da;
      q1 += db * db;
      q2 += dc * dc;
      q3 += dd * dd;
    }
    for (let i = four; i < end; i++) {
      const a = values[i] as number;
      const code = (words[(i + 1) * size - 1] as number) >>> REST_BITS;
      codes[code] = (codes[code] as number) + 1;
      if (a < min) min = a;
      if (a > max) max = a;
      if (a === 0) zeros++;
      s0 += a - centre;
      q0 += (a - centre) * (a - centre);
    }
    let blockSum = s0 + s1 + (s2 + s3);
    let blockSquares = q0 + q1 + (q2 + q3);
    let blockCount = end - begin;
    if (!Number.isFinite(blockSum)) {
      // Rare: the block again, with each value looked at.
      const found = finiteMoments(values, begin, end, centre, result);
      blockSum = found.sum;
      blockSquares = found.squares;
      blockCount = found.count;
      min = Math.min(minBefore, found.min);
      max = Math.max(maxBefore, found.max);
      zeros = zerosBefore + found.zeros;
    }
    // Neumaier's sum: what an addition loses is kept and added at the end.
    const next = sum + blockSum;
    lost += Math.abs(sum) >= Math.abs(blockSum) ? sum - next + blockSum : blockSum - next + sum;
    sum = next;
    squares += blockSquares;
    count += blockCount;
  }
  sum += lost;
  if (count === 0) return result;
  return {
    ...result,
    count,
    mean: centre + sum / count,
    squares: Math.max(0, squares - (sum * sum) / count),
    min,
    max,
    zeros,
  };
}

/** A value near the mean: the mean of the first finite values. */
function centreOf(values: Numbers): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length && count < BLOCK; i++) {
    const value = values[i] ?? 0;
    if (!Number.isFinite(value)) continue;
    sum += value;
    count++;
  }
  const mean = sum / Math.max(1, count);
  return Number.isFinite(mean) ? mean : 0;
}

function finiteMoments(values: Numbers, begin: number, end: number, centre: number, others: Moments) {
  const found = { sum: 0, squares: 0, count: 0, zeros: 0, min: Infinity, max: -Infinity };
  for (let i = begin; i < end; i++) {
    const value = values[i] ?? 0;
    if (Number.isFinite(value)) {
      const apart = value - centre;
      found.sum += apart;
      found.squares += apart * apart;
      found.count++;
      if (value === 0) found.zeros++;
      found.min = Math.min(found.min, value);
      found.max = Math.max(found.max, value);
    } else if (Number.isNaN(value)) others.nan++;
    else if (value > 0) others.positiveInfinity++;
    else others.negativeInfinity++;
  }
  return found;
}

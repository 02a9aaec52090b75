import { bitsOf, type Dtype } from '../dtype.ts';
import { codeValues } from './code-values.ts';

/**
 * Bits of a code of dtypes above 16 bits: with 18 a code is at most 2^-9 of its values wide, so that few values need
 * a second look, and the codes that weights have (some ten powers of two) stay in the processor's cache.
 */
export const CODE_BITS = 18;
export const REST_BITS = 32 - CODE_BITS;

/**
 * Values that share a code, in ascending order of value. Of dtypes of at most 16 bits a code is one value. Of others
 * it is the highest bits of a float (32-bit for F32, else 64-bit): all values from `low` to `high`.
 */
export interface Bucket {
  readonly code: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

/** The finite buckets that hold anything, ascending. */
export function bucketsOf(dtype: Dtype, counts: ArrayLike<number>): Bucket[] {
  const values = codeValues(dtype);
  const buckets: Bucket[] = [];
  for (let code = 0; code < counts.length; code++) {
    const count = counts[code] ?? 0;
    if (count === 0) continue;
    const a = values ? (values[code] ?? 0) : valueAt(dtype, code, 0);
    const b = values ? a : valueAt(dtype, code, 2 ** REST_BITS - 1, 0xffffffff);
    // A bucket with an infinite or NaN end holds nothing else.
    if (!Number.isFinite(a) || !Number.isFinite(b)) continue;
    buckets.push({ code, count, low: Math.min(a, b), high: Math.max(a, b) });
  }
  return buckets.sort((a, b) => a.low - b.low || a.high - b.high);
}

const view = new DataView(new ArrayBuffer(8));

/** The value whose first 32 bits are `code` and then `rest`; of a 64-bit float the last 32 are `tail`. */
export function valueAt(dtype: Dtype, code: number, rest: number, tail = 0): number {
  view.setUint32(0, code * 2 ** REST_BITS + rest);
  view.setUint32(4, tail);
  return dtype === 'F32' ? view.getFloat32(0) : view.getFloat64(0);
}

/** How many codes there are. */
export function codeCount(dtype: Dtype): number {
  return 2 ** (needsRefining(dtype) ? CODE_BITS : bitsOf(dtype));
}

/** Whether a code alone does not tell the value. */
export function needsRefining(dtype: Dtype): boolean {
  return codeValues(dtype) === undefined;
}

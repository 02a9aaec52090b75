import { bitsOf, type Dtype } from '../dtype.ts';
import { itemBytes, type Numbers, numbersOf, unpack } from './elements.ts';

/**
 * The largest absolute difference of two finite numbers at the same place (of C64: of absolute values); undefined
 * where none differ but by the sign of 0.
 *
 * @param a elements as they lie in a file, of a whole number of bytes; `b` as many. Addresses: multiples of 8
 */
export function largestDifference(
  dtype: Dtype,
  a: Uint8Array<ArrayBuffer>,
  b: Uint8Array<ArrayBuffer>,
): number | undefined {
  const x = numbersIn(dtype, a);
  const y = numbersIn(dtype, b);
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const difference = Math.abs((x[i] ?? 0) - (y[i] ?? 0));
    // NaN is not larger than anything.
    if (difference > largest && difference !== Number.POSITIVE_INFINITY) largest = difference;
  }
  return largest === 0 ? undefined : largest;
}

function numbersIn(dtype: Dtype, bytes: Uint8Array<ArrayBuffer>): Numbers {
  const bits = bitsOf(dtype);
  if (bits === 8 * itemBytes(dtype)) return numbersOf(dtype, bytes);
  const unpacked = new Uint8Array((bytes.length * 8) / bits);
  unpack(bytes, bits, 0, unpacked.length, unpacked);
  return numbersOf(dtype, unpacked);
}

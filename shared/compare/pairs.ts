import { bitsOf, type Dtype } from '../dtype.ts';
import { itemBytes, type Numbers, numbersOf } from '../values/elements.ts';
import type { Pairs } from './difference.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Elements in memory (see `itemBytes`) side by side; each with its own dtype. */
export function pairsOf(aType: Dtype, a: Bytes, bType: Dtype, b: Bytes): Pairs {
  const pairs = { a: numbersOf(aType, a), b: numbersOf(bType, b) };
  if (aType === 'C64' && bType === 'C64') return { ...pairs, ...complexPairs(a, b) };
  if (isWideInteger(aType) && isWideInteger(bType))
    return { ...pairs, apart: integersApart(integers(aType, a), integers(bType, b)) };
  return pairs;
}

/** Integers above 2^53 are not exact as numbers. */
function isWideInteger(dtype: Dtype): dtype is 'I64' | 'U64' {
  return bitsOf(dtype) === 64 && (dtype === 'I64' || dtype === 'U64');
}

function integers(dtype: 'I64' | 'U64', { buffer, byteOffset, length }: Bytes) {
  const count = length / itemBytes(dtype);
  return dtype === 'I64'
    ? new BigInt64Array(buffer, byteOffset, count)
    : new BigUint64Array(buffer, byteOffset, count);
}

type Integers = ReturnType<typeof integers>;

function integersApart(a: Integers, b: Integers): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: a.length }, (_, i) => Number((a[i] ?? 0n) - (b[i] ?? 0n)));
}

/** |a − b|, and the real part of a times the conjugate of b: what a dot product of real and imaginary parts adds. */
function complexPairs(a: Bytes, b: Bytes): Required<Pick<Pairs, 'apart' | 'product'>> {
  const x = new Float32Array(a.buffer, a.byteOffset, a.length / 4);
  const y = new Float32Array(b.buffer, b.byteOffset, b.length / 4);
  const count = x.length / 2;
  const apart = new Float64Array(count);
  const product = new Float64Array(count);
  const at = (parts: Numbers, i: number) => parts[i] ?? 0;
  for (let i = 0; i < count; i++) {
    const [re, im] = [2 * i, 2 * i + 1];
    apart[i] = Math.hypot(at(x, re) - at(y, re), at(x, im) - at(y, im));
    product[i] = at(x, re) * at(y, re) + at(x, im) * at(y, im);
  }
  return { apart, product };
}

import { bitsOf, type Dtype } from '../dtype.ts';
import { codeValues } from './code-values.ts';

/**
 * Bytes that one element has in memory here: as in the file, except that packed elements (F4, F6) get a byte
 * each. Everything but the reading of files works with this form.
 */
export function itemBytes(dtype: Dtype): number {
  return Math.ceil(bitsOf(dtype) / 8);
}

/**
 * Unpacks `count` elements of `bits` (4 or 6) bits each, the first at bit `skip` of `packed`, to a byte each. Elements
 * fill bytes from the lowest bit up: the low half of a byte is the first of its two F4.
 */
export function unpack(packed: Uint8Array, bits: number, skip: number, count: number, to: Uint8Array): void {
  const mask = 2 ** bits - 1;
  for (let i = 0; i < count; i++) {
    const bit = skip + i * bits;
    const byte = bit >> 3;
    to[i] = (((packed[byte] ?? 0) | ((packed[byte + 1] ?? 0) << 8)) >> (bit & 7)) & mask;
  }
}

export type Numbers = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/**
 * Elements (as `itemBytes` says, from an address that is a multiple of 8) as numbers: 32-bit floats where they hold
 * the dtype exactly, which is F32 and all of at most 16 bits; else 64-bit floats, which round I64 and U64 above
 * 2^53. C64 gives absolute values. F32 and F64 are views, not copies.
 */
export function numbersOf(dtype: Dtype, bytes: Uint8Array<ArrayBuffer>): Numbers {
  const { buffer, byteOffset, length } = bytes;
  const values = codeValues(dtype);
  if (values) {
    const codes =
      itemBytes(dtype) === 1 ? bytes : new Uint16Array(buffer, byteOffset, Math.floor(length / 2));
    const numbers = new Float32Array(codes.length);
    for (let i = 0; i < codes.length; i++) numbers[i] = values[codes[i] ?? 0] ?? 0;
    return numbers;
  }
  const count = Math.floor(length / itemBytes(dtype));
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer, byteOffset, count);
    case 'F64':
      return new Float64Array(buffer, byteOffset, count);
    case 'I32':
      return Float64Array.from(new Int32Array(buffer, byteOffset, count));
    case 'U32':
      return Float64Array.from(new Uint32Array(buffer, byteOffset, count));
    case 'I64':
      return Float64Array.from(new BigInt64Array(buffer, byteOffset, count), Number);
    case 'C64': {
      const parts = new Float32Array(buffer, byteOffset, 2 * count);
      // The square of a 32-bit float is exact in 64 bits and cannot overflow there.
      return Float64Array.from({ length: count }, (_, i) =>
        Math.sqrt((parts[2 * i] ?? 0) ** 2 + (parts[2 * i + 1] ?? 0) ** 2),
      );
    }
    default:
      return Float64Array.from(new BigUint64Array(buffer, byteOffset, count), Number);
  }
}

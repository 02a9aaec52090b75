import type { Dtype } from '../dtype.ts';
import { numbersOf } from './elements.ts';

/** A number as JSON can carry it: NaN, Infinity and -Infinity as words, 64-bit integers as digits. */
export type JsonNumber = number | string;

/** One value of a tensor: BOOL as a boolean, C64 as its real and imaginary part. */
export type JsonValue = JsonNumber | boolean | readonly [JsonNumber, JsonNumber];

export function jsonNumber(value: number): JsonNumber {
  return Number.isFinite(value) ? value : String(value);
}

/** Elements in memory (see `itemBytes`) as exact values. */
export function jsonValues(dtype: Dtype, bytes: Uint8Array<ArrayBuffer>): JsonValue[] {
  const { buffer, byteOffset, length } = bytes;
  switch (dtype) {
    case 'I64':
      return Array.from(new BigInt64Array(buffer, byteOffset, length / 8), String);
    case 'U64':
      return Array.from(new BigUint64Array(buffer, byteOffset, length / 8), String);
    case 'BOOL':
      return Array.from(bytes, (code) => code !== 0);
    case 'C64': {
      const parts = new Float32Array(buffer, byteOffset, length / 4);
      return Array.from({ length: length / 8 }, (_, i) => [
        jsonNumber(parts[2 * i] ?? 0),
        jsonNumber(parts[2 * i + 1] ?? 0),
      ]);
    }
    default:
      return Array.from(numbersOf(dtype, bytes), jsonNumber);
  }
}

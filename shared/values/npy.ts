import { DTYPES, type Dtype } from '../dtype.ts';
import { itemBytes, numbersOf } from './elements.ts';

/** NumPy's own dtypes as `.npy` spells them; ml_dtypes' (bfloat16, float8 …) have no name that NumPy alone reads. */
const DESCRIPTIONS: { readonly [D in Dtype]?: string } = {
  BOOL: '|b1',
  U8: '|u1',
  I8: '|i1',
  I16: '<i2',
  U16: '<u2',
  F16: '<f2',
  I32: '<i4',
  U32: '<u4',
  F32: '<f4',
  C64: '<c8',
  F64: '<f8',
  I64: '<i8',
  U64: '<u8',
};

/** What a tensor's elements become in a `.npy` file: float32, which holds them exactly, where NumPy has no such dtype. */
export function npyDtype(dtype: Dtype): string {
  return DESCRIPTIONS[dtype] === undefined ? 'float32' : DTYPES[dtype].numpy;
}

/** Bytes of one element in a `.npy` file. */
export function npyItemBytes(dtype: Dtype): number {
  return DESCRIPTIONS[dtype] === undefined ? 4 : itemBytes(dtype);
}

/** The head of a `.npy` file, version 1.0: its length is a multiple of 64 (numpy.lib.format). */
export function npyHeader(dtype: Dtype, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${DESCRIPTIONS[dtype] ?? '<f4'}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = new TextEncoder().encode(`\u0000NUMPY\u0001\u0000\u0000\u0000${text.padEnd(length - 11)}\n`);
  header[0] = 0x93;
  new DataView(header.buffer).setUint16(8, length - 10, true);
  return header;
}

/** Elements as they go into the file. */
export function npyBytes(dtype: Dtype, bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  if (DESCRIPTIONS[dtype] === undefined) return new Uint8Array(numbersOf(dtype, bytes).buffer);
  // A bool that is neither 0 nor 1 confuses NumPy.
  return dtype === 'BOOL' ? bytes.map((code) => (code === 0 ? 0 : 1)) : bytes;
}

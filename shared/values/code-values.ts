import { bitsOf, type Dtype } from '../dtype.ts';

/** How a small float's bits are read. `special`: which codes are no finite number. */
interface SmallFloat {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /**
   * ieee: the highest exponent is Inf and NaN. fn: all bits set is NaN, no Inf. fnuz: negative zero is the one
   * NaN, no Inf. none: every code is a number.
   */
  readonly special: 'ieee' | 'fn' | 'fnuz' | 'none';
}

/** OCP 8-bit and MX formats, their FNUZ variants (arXiv 2206.02915), IEEE 754 half, bfloat16. */
const SMALL_FLOATS: { readonly [D in Dtype]?: SmallFloat } = {
  F4: { exponentBits: 2, mantissaBits: 1, bias: 1, special: 'none' },
  F6_E2M3: { exponentBits: 2, mantissaBits: 3, bias: 1, special: 'none' },
  F6_E3M2: { exponentBits: 3, mantissaBits: 2, bias: 3, special: 'none' },
  F8_E5M2: { exponentBits: 5, mantissaBits: 2, bias: 15, special: 'ieee' },
  F8_E4M3: { exponentBits: 4, mantissaBits: 3, bias: 7, special: 'fn' },
  F8_E4M3FNUZ: { exponentBits: 4, mantissaBits: 3, bias: 8, special: 'fnuz' },
  F8_E5M2FNUZ: { exponentBits: 5, mantissaBits: 2, bias: 16, special: 'fnuz' },
  F16: { exponentBits: 5, mantissaBits: 10, bias: 15, special: 'ieee' },
  BF16: { exponentBits: 8, mantissaBits: 7, bias: 127, special: 'ieee' },
};

const known = new Map<Dtype, Float32Array<ArrayBuffer>>();

/**
 * The value of each code of a dtype of at most 16 bits; all are exact in 32-bit floats. undefined for wider
 * dtypes. BOOL is 1 for every code but 0.
 */
export function codeValues(dtype: Dtype): Float32Array<ArrayBuffer> | undefined {
  if (bitsOf(dtype) > 16) return undefined;
  let values = known.get(dtype);
  if (!values) {
    const read = codeReader(dtype);
    values = Float32Array.from({ length: 2 ** bitsOf(dtype) }, (_, code) => read(code));
    known.set(dtype, values);
  }
  return values;
}

function codeReader(dtype: Dtype): (code: number) => number {
  const float = SMALL_FLOATS[dtype];
  if (float) return (code) => smallFloat(float, code);
  switch (dtype) {
    case 'BOOL':
      return (code) => (code === 0 ? 0 : 1);
    case 'I8':
      return (code) => (code << 24) >> 24;
    case 'I16':
      return (code) => (code << 16) >> 16;
    case 'F8_E8M0':
      // A power of two without sign or mantissa: the scale of a block in the MX formats.
      return (code) => (code === 0xff ? Number.NaN : 2 ** (code - 127));
    default:
      return (code) => code;
  }
}

function smallFloat({ exponentBits, mantissaBits, bias, special }: SmallFloat, code: number): number {
  const magnitude = code & (2 ** (exponentBits + mantissaBits) - 1);
  const negative = code !== magnitude;
  const exponent = magnitude >> mantissaBits;
  const mantissa = magnitude & (2 ** mantissaBits - 1);
  const highest = exponent === 2 ** exponentBits - 1;
  if (special === 'fnuz' && negative && magnitude === 0) return Number.NaN;
  if (special === 'fn' && highest && mantissa === 2 ** mantissaBits - 1) return Number.NaN;
  if (special === 'ieee' && highest && mantissa !== 0) return Number.NaN;
  const absolute =
    special === 'ieee' && highest
      ? Number.POSITIVE_INFINITY
      : exponent === 0
        ? mantissa * 2 ** (1 - bias - mantissaBits)
        : (1 + mantissa / 2 ** mantissaBits) * 2 ** (exponent - bias);
  return negative ? -absolute : absolute;
}

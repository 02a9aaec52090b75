import type { Dtype } from '../dtype.ts';
import type { JsonNumber, JsonValue } from './json-values.ts';

/** Bits of the mantissa that are stored, and the exponent of the smallest normal number. */
const PRECISION: { readonly [D in Dtype]?: { readonly mantissa: number; readonly least: number } } = {
  F32: { mantissa: 23, least: -126 },
  BF16: { mantissa: 7, least: -126 },
  F16: { mantissa: 10, least: -14 },
  C64: { mantissa: 23, least: -126 },
};

/**
 * A value with as few digits as tell it from its neighbours in the dtype: 0.1, where the 32-bit float is
 * 0.10000000149011612. Digits of small floats (8 bits and less) are exact.
 */
export function formatValue(dtype: Dtype, value: JsonValue): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'object') {
    const [real, imaginary] = value.map((part) => formatNumber(dtype, part)) as [string, string];
    return `${real}${imaginary.startsWith('-') ? '' : '+'}${imaginary}j`;
  }
  return formatNumber(dtype, value);
}

function formatNumber(dtype: Dtype, value: JsonNumber): string {
  if (typeof value === 'string') return value.replace('Infinity', 'Inf');
  if (Object.is(value, -0)) return '-0';
  const precision = PRECISION[dtype];
  if (precision === undefined || Number.isInteger(value)) return String(value);
  const magnitude = Math.abs(value);
  const exponent = Math.max(precision.least, Math.floor(Math.log2(magnitude)));
  const step = 2 ** (exponent - precision.mantissa);
  // Less than half way to the next value; the one below a power of two is only half as far away.
  const near = magnitude === 2 ** exponent ? step / 5 : step * 0.49;
  for (let digits = 1; digits < 17; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.abs(text - value) <= near) return String(text);
  }
  return String(value);
}

/** A number rounded for reading, to `digits` that count: "1.700e-6", "0.02000", "12345". */
export function formatRounded(value: JsonNumber | undefined, digits = 4): string {
  if (value === undefined) return '–';
  if (typeof value === 'string') return value.replace('Infinity', 'Inf');
  if (value === 0) return '0';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 10 ** (digits + 2)
    ? value.toPrecision(digits)
    : value.toExponential(digits - 1);
}

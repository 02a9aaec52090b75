import type { Dim } from '../checkpoint.ts';

const IEC = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];

/** The value in the unit that leaves it below 1000 when shown with one decimal; unit -1 is bytes, below 1024. */
function inIec(bytes: number): { value: number; unit: number } {
  let value = bytes;
  let unit = -1;
  while (value >= (unit < 0 ? 1024 : 999.95) && unit < IEC.length - 1) {
    value /= 1024;
    unit++;
  }
  return { value, unit };
}

/** A size in bytes as a person reads it: "512 B", "14.0 KiB", "129.5 MiB", "1.02 GiB", "70.9 GiB", "0.98 TiB". */
export function formatBytes(bytes: number): string {
  const { value, unit } = inIec(bytes);
  if (unit < 0) return `${Math.round(bytes)} B`;
  // From GiB on the first decimal of a one-digit value is 100 MiB: worth a second one, as it is below one.
  const decimals = (unit >= 2 && value < 9.995) || value < 0.995 ? 2 : 1;
  return `${value.toFixed(decimals)} ${IEC[unit]}`;
}

/** A whole number with separators, exact also above 2^53 as a bigint: "1,155". */
export function formatCount(count: number | bigint): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A number of parameters in three digits: "512", "12.3 K", "494 M", "7.62 B", "1.04 T". */
export function formatParameters(count: number): string {
  if (count < 1000) return String(count);
  let value = count / 1000;
  let unit = 0;
  const units = ['K', 'M', 'B', 'T'];
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(decimals)} ${units[unit]}`;
}

/** Bytes a second: "1.9 GiB/s". */
export function formatRate(bytesPerSecond: number): string {
  const { value, unit } = inIec(bytesPerSecond);
  return unit < 0 ? `${Math.round(value)} B/s` : `${value.toFixed(1)} ${IEC[unit]}/s`;
}

/** "1 tensor", "1,234 tensors". */
export function amount(count: number, unit: string): string {
  return `${formatCount(count)} ${unit}${count === 1 ? '' : 's'}`;
}

/** A shape in elements: "3584 × 18944"; "scalar" for no dimensions. Digits stay plain, to be copied. */
export function formatShape(shape: readonly Dim[]): string {
  return shape.length === 0 ? 'scalar' : shape.join(' × ');
}

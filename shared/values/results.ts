import type { Dtype } from '../dtype.ts';
import type { JsonNumber, JsonValue } from './json-values.ts';

/** Values of a tensor or of a part of it, row-major. */
export interface TensorValues {
  readonly dtype: Dtype;
  /** Shape of the selection. */
  readonly shape: readonly number[];
  /** All of it, or the first `limit` where `truncated`. */
  readonly values: readonly JsonValue[];
  readonly truncated: boolean;
}

/**
 * What the values of a tensor are like. Numbers are of finite values only; NaN and Inf are counted. Of C64 the
 * absolute values are meant. `min` to `mean` are absent where no value is finite.
 */
export interface TensorStats {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly count: number;
  readonly finite: number;
  readonly zeros: number;
  readonly nan: number;
  readonly positiveInfinity: number;
  readonly negativeInfinity: number;
  /** Exact, as digits for 64-bit integers. */
  readonly min?: JsonNumber;
  readonly max?: JsonNumber;
  readonly mean?: number;
  /** Of the population (divided by the count), as NumPy's. */
  readonly std?: number;
  /** Interpolated linearly, as NumPy's. */
  readonly quantiles: readonly { readonly q: number; readonly value: number }[];
  /**
   * Bound on the relative error of quantiles: 0 for F32 and dtypes of at most 16 bits. Of the others, 20 bits
   * of the mantissa are looked at, so integers below 2^21 are exact too.
   */
  readonly quantileError: number;
  /** Bins of equal width from min to max; a value on an edge counts above it, the last bin has both its ends. */
  readonly linear: { readonly from: number; readonly to: number; readonly counts: readonly number[] };
  /**
   * Bins between powers of two: 2^exponent ≤ |value| < 2^(exponent + 1), ascending; only those that
   * have any. Of F64, values below 2^-1042 are left out: they look like zero here.
   */
  readonly log: {
    readonly negative: readonly LogBin[];
    readonly positive: readonly LogBin[];
  };
}

export interface LogBin {
  readonly exponent: number;
  readonly count: number;
}

/** Bits of a heatmap cell's `flags`. */
export const CELL_FLAGS = { nan: 1, positiveInfinity: 2, negativeInfinity: 4 } as const;

/**
 * A picture of a matrix: each cell stands for a block of it, or for one value where the area has no more than
 * the asked cells. Buffers are row-major, one entry a cell; floats are 32 bits wide, little-endian.
 */
export interface TensorHeatmap {
  readonly dtype: Dtype;
  /** Of the area: elements. */
  readonly rows: number;
  readonly columns: number;
  /** Of the picture: cell `i` of `n` has elements floor(i × rows / n) up to floor((i + 1) × rows / n). */
  readonly cellRows: number;
  readonly cellColumns: number;
  /** Of the finite values of a cell; NaN where it has none. */
  readonly mean: Uint8Array<ArrayBuffer>;
  readonly min: Uint8Array<ArrayBuffer>;
  readonly max: Uint8Array<ArrayBuffer>;
  /** `CELL_FLAGS` of what a cell has among its values. */
  readonly flags: Uint8Array<ArrayBuffer>;
  /** Rows were left out to be quick: ask again without `quick` for all of them. */
  readonly sampled: boolean;
}

export interface FoundValue {
  /** Index in the tensor. */
  readonly index: readonly number[];
  /** Row-major place in the selection. */
  readonly position: number;
  readonly value: JsonNumber;
}

export interface SavedTensor {
  readonly path: string;
  readonly bytes: number;
  /** Shape and dtype of what was written, as NumPy calls it: dtypes that NumPy has not are widened to float32. */
  readonly shape: readonly number[];
  readonly dtype: string;
}

import type { Dim } from '../checkpoint.ts';
import type { Dtype } from '../dtype.ts';
import type { Box } from '../layout/box.ts';
import type { CompareOptions } from './options.ts';

/**
 * What became of a tensor, in the order in which tensors are listed:
 * - `different`: a value differs by more than the tolerances allow
 * - `shape`: the two have not the same shape, nor is one a known part of the other, so no values were compared
 * - `dtype`: the two have not the same dtype; values were compared all the same
 * - `unreadable`: one of the two cannot be put together or read; `message` says why
 * - `only-a`, `only-b`: the other side has no tensor of the name
 * - `equal`: every value is equal within the tolerances
 */
export const COMPARE_STATUSES = [
  'different',
  'shape',
  'dtype',
  'unreadable',
  'only-a',
  'only-b',
  'equal',
] as const;
export type CompareStatus = (typeof COMPARE_STATUSES)[number];

/** A tensor of both sides, or of one. */
export interface ComparedTensor {
  /** A's name; B's where only B has the tensor. */
  readonly name: string;
  readonly status: CompareStatus;
  readonly a?: ComparedStored;
  readonly b?: ComparedStored;
  /**
   * Of two ranks of one checkpoint: whether the layout gives both the same slice, so that they are replicas and
   * should be equal. Absent where that is not known.
   */
  readonly sameSlice?: boolean;
  /** One rank's part against the whole tensor: compared with this box of it and no more. */
  readonly part?: ComparedPart;
  readonly numbers?: DifferenceNumbers;
  readonly message?: string;
}

/** What of the whole tensor a rank's part is compared with. */
export interface ComparedPart {
  /** The side that has the whole tensor. */
  readonly of: 'a' | 'b';
  readonly box: Box;
}

/** Shape of the whole tensor that a part is of. */
export function wholeShape({ part, a, b }: ComparedTensor): readonly number[] {
  return ((part?.of === 'a' ? a : b)?.shape ?? []).map(Number);
}

interface ComparedStored {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
}

/** How far two tensors are apart. Sums are of the pairs of finite values; what is not finite is absent. */
export interface DifferenceNumbers {
  readonly elements: number;
  /** Elements that differ by more than the tolerances allow. */
  readonly differing: number;
  /**
   * Index of the first of them in row-major order: in the whole tensor, where the rank's part is compared with it too;
   * in the rank's part where two ranks hold different parts.
   */
  readonly first?: readonly number[];
  /** Of |a − b|; of C64 the absolute value of the complex difference. */
  readonly maxAbs?: number;
  readonly meanAbs?: number;
  /** Largest |a − b| / |b| where b is not 0. */
  readonly maxRelative?: number;
  /** ‖a − b‖ / ‖b‖; absent where b is all zeros. */
  readonly relativeL2?: number;
  /** a·b / (‖a‖ ‖b‖); absent where one is all zeros. */
  readonly cosine?: number;
}

/** What a comparison found; the whole list of tensors is asked for in pages. */
export interface Comparison {
  /** As it was asked, with absolute paths: what a window asks again. */
  readonly request: CompareOptions;
  /** What tells the two apart: "rank 2", "step 20", a folder's name. */
  readonly labels: { readonly a: string; readonly b: string };
  readonly counts: Readonly<Record<CompareStatus, number>>;
  /** Of two ranks of one checkpoint: tensors of which both hold the same slice, and of which they do not. */
  readonly slices?: { readonly same: number; readonly other: number };
  /** Tensors of which one rank's part was compared with that part of the whole; absent where there are none. */
  readonly parts?: number;
  /** No tensor has another status than `equal`. */
  readonly equal: boolean;
  /** The first 100 tensors that are not equal. */
  readonly found: readonly ComparedTensor[];
}

export const COMPARE_COLUMNS = [
  'name',
  'status',
  'differing',
  'maxAbs',
  'meanAbs',
  'maxRelative',
  'relativeL2',
  'cosine',
] as const;
export type CompareColumn = (typeof COMPARE_COLUMNS)[number];

export interface ComparePage {
  readonly totalRows: number;
  readonly offset: number;
  readonly rows: readonly ComparedTensor[];
  /** All tensors of the comparison, whatever the filter. */
  readonly tensorCount: number;
  readonly filterErrors: readonly string[];
}

import type { Difference, Tolerance } from '../../../shared/compare/difference.ts';
import {
  addDifference,
  differenceOf,
  equalDifference,
  noDifference,
} from '../../../shared/compare/difference.ts';
import { pairsOf } from '../../../shared/compare/pairs.ts';
import { type Fault, ShardscopeError } from '../../../shared/errors.ts';
import { type Box, volume } from '../../../shared/layout/box.ts';
import { numbersOf } from '../../../shared/values/elements.ts';
import { Control } from '../control.ts';
import { BoxReader } from '../values/box-reader.ts';
import type { TensorSource } from '../values/tensor-source.ts';

/** Compares parts of tensors. */
export interface CompareValuesTask {
  readonly type: 'compare-values';
  readonly parts: readonly ComparePart[];
  readonly tolerance: Tolerance;
  /** A `Control`. */
  readonly control: SharedArrayBuffer;
}

/** Boxes of two tensors of one shape, which follow each other in row-major order. */
export interface ComparePart {
  readonly a: TensorSource;
  readonly b: TensorSource;
  readonly boxes: readonly Box[];
  /** Row-major place of the first element of the first box. */
  readonly first: number;
}

/** Per part; a fault where one of the two cannot be read. */
export type PartOutcome = Difference | { readonly fault: Fault };

/** Runs on a worker thread. */
export function compareValues({ parts, tolerance, control }: CompareValuesTask): PartOutcome[] {
  const work = new Control(control);
  return parts.map((part) => {
    try {
      return comparePart(part, tolerance, work);
    } catch (error) {
      if (error instanceof ShardscopeError && error.fault.code !== 'CANCELLED') return { fault: error.fault };
      throw error;
    }
  });
}

function comparePart({ a, b, boxes, first }: ComparePart, tolerance: Tolerance, work: Control): Difference {
  const readers = { a: new BoxReader(a), b: new BoxReader(b) };
  const found = noDifference();
  let at = first;
  try {
    for (const box of boxes) {
      work.check();
      const [x, y] = [readers.a.read(box), readers.b.read(box)];
      // Most of what is compared is equal, and comparing bytes costs a tenth of comparing numbers.
      const same = a.dtype === b.dtype && Buffer.compare(x, y) === 0;
      addDifference(
        found,
        same
          ? equalDifference(numbersOf(a.dtype, x), at, tolerance)
          : differenceOf(pairsOf(a.dtype, x, b.dtype, y), at, tolerance),
      );
      at += volume(box.extent);
      work.add(x.length + y.length);
    }
    return found;
  } finally {
    readers.a.close();
    readers.b.close();
  }
}

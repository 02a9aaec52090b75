import type { Numbers } from '../values/elements.ts';
import type { DifferenceNumbers } from './results.ts';

export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
  readonly nanEqual: boolean;
}

/** Two runs of elements as numbers. */
export interface Pairs {
  readonly a: Numbers;
  readonly b: Numbers;
  /** Where `a - b` is not the difference: 64-bit integers, whose numbers are rounded, and complex values. */
  readonly apart?: Float64Array<ArrayBuffer>;
  /** Where `a * b` is not the product of a dot product: complex values, of which `a` and `b` are absolute. */
  readonly product?: Float64Array<ArrayBuffer>;
}

/** What of two tensors is known to differ, while more and more of their elements are looked at. */
export interface Difference {
  elements: number;
  differing: number;
  /** Row-major place of the first element that differs; -1 for none. */
  first: number;
  /** Pairs of finite values, and sums over them. */
  finite: number;
  absolute: number;
  squares: number;
  aSquares: number;
  bSquares: number;
  products: number;
  maxAbs: number;
  maxRelative: number;
}

export function noDifference(): Difference {
  return {
    elements: 0,
    differing: 0,
    first: -1,
    finite: 0,
    absolute: 0,
    squares: 0,
    aSquares: 0,
    bSquares: 0,
    products: 0,
    maxAbs: 0,
    maxRelative: 0,
  };
}

/** Adds what another part of the same tensors has, whose elements come later. */
export function addDifference(to: Difference, more: Difference): void {
  if (to.first < 0) to.first = more.first;
  to.elements += more.elements;
  to.differing += more.differing;
  to.finite += more.finite;
  to.absolute += more.absolute;
  to.squares += more.squares;
  to.aSquares += more.aSquares;
  to.bSquares += more.bSquares;
  to.products += more.products;
  to.maxAbs = Math.max(to.maxAbs, more.maxAbs);
  to.maxRelative = Math.max(to.maxRelative, more.maxRelative);
}

/** Elements whose bytes are equal: only their squares are wanted, and whether one is NaN. */
export function equalDifference(values: Numbers, first: number, tolerance: Tolerance): Difference {
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sum += value * value;
  }
  // Something that is not finite is among them (or a square is not): each is looked at.
  if (sum - sum !== 0) return differenceOf({ a: values, b: values }, first, tolerance);
  const { length } = values;
  const sums = { aSquares: sum, bSquares: sum, products: sum };
  return { ...noDifference(), elements: length, finite: length, ...sums };
}

/**
 * How two runs of elements differ.
 *
 * @param first row-major place of the first element in the tensor
 */
export function differenceOf(
  { a, b, apart, product }: Pairs,
  first: number,
  { atol, rtol, nanEqual }: Tolerance,
): Difference {
  const found = noDifference();
  let { finite, absolute, squares, aSquares, bSquares, products, maxAbs, maxRelative } = found;
  let differing = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    const distance = Math.abs(apart ? (apart[i] as number) : x - y);
    let differs = distance > atol + rtol * Math.abs(y);
    // The difference of a finite number and itself is 0, of others NaN.
    if (x - x === 0 && y - y === 0) {
      finite++;
      aSquares += x * x;
      bSquares += y * y;
      products += product ? (product[i] as number) : x * y;
      if (distance > 0) {
        absolute += distance;
        squares += distance * distance;
        if (distance > maxAbs) maxAbs = distance;
        if (y !== 0) maxRelative = Math.max(maxRelative, distance / Math.abs(y));
      }
    } else differs = !(x === y || (nanEqual && Number.isNaN(x) && Number.isNaN(y)));
    if (differs && differing++ === 0) found.first = first + i;
  }
  return {
    ...found,
    elements: a.length,
    differing,
    finite,
    absolute,
    squares,
    aSquares,
    bSquares,
    products,
    maxAbs,
    maxRelative,
  };
}

/** What people are told; `indexOf` says where a row-major place is. */
export function differenceNumbers(
  found: Difference,
  indexOf: (element: number) => readonly number[],
): DifferenceNumbers {
  const { elements, differing, first, finite, absolute, squares, aSquares, bSquares, products } = found;
  const { maxAbs, maxRelative } = found;
  const numbers = {
    maxAbs,
    meanAbs: absolute / finite,
    maxRelative,
    relativeL2: squares === 0 ? 0 : Math.sqrt(squares) / Math.sqrt(bSquares),
    // Rounding may take it a little past 1.
    cosine:
      squares === 0 && aSquares > 0
        ? 1
        : Math.min(1, Math.max(-1, products / (Math.sqrt(aSquares) * Math.sqrt(bSquares)))),
  };
  return {
    elements,
    differing,
    ...(first >= 0 && { first: indexOf(first) }),
    ...(finite > 0 && Object.fromEntries(Object.entries(numbers).filter(([, n]) => Number.isFinite(n)))),
  };
}

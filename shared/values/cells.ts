import type { Numbers } from './elements.ts';
import { CELL_FLAGS } from './results.ts';

/** Cells along one axis: cell `i` of `count` stands for elements floor(i × length / count) up to the next cell's. */
export function cellStart(cell: number, count: number, length: number): number {
  return Math.floor((cell * length) / count);
}

/** The cell that an element lies in. */
export function cellOf(element: number, count: number, length: number): number {
  return Math.floor(((element + 1) * count - 1) / length);
}

/** Means, extremes and flags of cells, while their values come in. */
export class CellPool {
  readonly mean: Float32Array<ArrayBuffer>;
  readonly min: Float32Array<ArrayBuffer>;
  readonly max: Float32Array<ArrayBuffer>;
  readonly flags: Uint8Array<ArrayBuffer>;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly #columns: number;
  /** Where each cell column begins, in elements, and where the last ends. */
  readonly #starts: Int32Array;

  /** @param columns elements of a row, pooled to `cellColumns` */
  constructor(cellRows: number, cellColumns: number, columns: number) {
    const cells = cellRows * cellColumns;
    this.#columns = cellColumns;
    this.#starts = Int32Array.from({ length: cellColumns + 1 }, (_, i) => cellStart(i, cellColumns, columns));
    this.#sums = new Float64Array(cells);
    this.#counts = new Float64Array(cells);
    this.mean = new Float32Array(cells).fill(Number.NaN);
    this.min = new Float32Array(cells).fill(Number.POSITIVE_INFINITY);
    this.max = new Float32Array(cells).fill(Number.NEGATIVE_INFINITY);
    this.flags = new Uint8Array(cells);
  }

  /** Adds values `[from, to)`: one after the other in a row, the first at `column`. */
  add(values: Numbers, from: number, to: number, cellRow: number, column: number): void {
    const starts = this.#starts;
    let cell = cellOf(column, this.#columns, starts[this.#columns] ?? 0);
    const shift = from - column;
    for (let at = from; at < to; cell++) {
      const end = Math.min(to, (starts[cell + 1] as number) + shift);
      const index = cellRow * this.#columns + cell;
      let min = this.min[index] as number;
      let max = this.max[index] as number;
      let sum = 0;
      for (let i = at; i < end; i++) {
        const value = values[i] as number;
        sum += value;
        if (value < min) min = value;
        if (value > max) max = value;
      }
      if (sum - sum === 0) {
        this.min[index] = min;
        this.max[index] = max;
        this.#sums[index] = (this.#sums[index] as number) + sum;
        this.#counts[index] = (this.#counts[index] as number) + end - at;
      } else this.#addEach(values, at, end, index);
      at = end;
    }
  }

  /** The means of what was added; cells without a finite value get NaN for all three. */
  finish(): this {
    this.#counts.forEach((count, index) => {
      if (count > 0) this.mean[index] = (this.#sums[index] ?? 0) / count;
      else {
        this.min[index] = Number.NaN;
        this.max[index] = Number.NaN;
      }
    });
    return this;
  }

  #addEach(values: Numbers, from: number, to: number, index: number): void {
    for (let i = from; i < to; i++) {
      const value = values[i] ?? 0;
      if (Number.isFinite(value)) {
        this.#sums[index] = (this.#sums[index] ?? 0) + value;
        this.#counts[index] = (this.#counts[index] ?? 0) + 1;
        this.min[index] = Math.min(this.min[index] ?? 0, value);
        this.max[index] = Math.max(this.max[index] ?? 0, value);
      } else this.flags[index] = (this.flags[index] ?? 0) | flagOf(value);
    }
  }
}

function flagOf(value: number): number {
  if (Number.isNaN(value)) return CELL_FLAGS.nan;
  return value > 0 ? CELL_FLAGS.positiveInfinity : CELL_FLAGS.negativeInfinity;
}

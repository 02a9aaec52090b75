import type { Dtype } from '../dtype.ts';
import { type Bucket, valueAt } from './buckets.ts';
import type { Numbers } from './elements.ts';

/** A slot's flag: values of this code lie in more than one bin. Its other bits are the number of a table, from 1. */
const EDGE = 0x80;
const TABLE_CODES = 65_536;

/**
 * What a second look at the values has to find out: of codes that hold a wanted rank (or that an edge cuts), where in
 * the code each value lies. All other values are settled by their code's count.
 */
export interface Refinement {
  /** By code: 0 when settled. */
  readonly slots: Uint8Array<ArrayBuffer>;
  /** Codes that get a table of their next 16 bits, by table. */
  readonly tabled: readonly number[];
  readonly edges: Float64Array<ArrayBuffer>;
}

/** What the second look found; adds up over parts of the tensor, to more than 2^32 of them. */
export interface Refined {
  /** How often each value of the next 16 bits occurs, table after table. */
  readonly tables: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  /** Values of edge codes by bin. */
  readonly bins: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
}

export function planRefinement(
  buckets: readonly Bucket[],
  tabled: readonly number[],
  edges: Float64Array<ArrayBuffer>,
): Refinement {
  const slots = new Uint8Array(TABLE_CODES);
  tabled.forEach((code, table) => {
    slots[code] = table + 1;
  });
  for (const { code, low, high } of buckets)
    if (binOf(edges, low) !== binOf(edges, high)) slots[code] = (slots[code] ?? 0) | EDGE;
  return { slots, tabled, edges };
}

export function nothingRefined(
  { tabled, edges }: Refinement,
  Counts: Uint32ArrayConstructor | Float64ArrayConstructor,
): Refined {
  return { tables: new Counts(tabled.length * TABLE_CODES), bins: new Counts(edges.length - 1) };
}

/** Adds values to what was found. */
export function refine(values: Numbers, { slots, edges }: Refinement, { tables, bins }: Refined): void {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
  const wide = values.BYTES_PER_ELEMENT === 8 ? 1 : 0;
  for (let i = 0; i < values.length; i++) {
    const word = words[(i << wide) + wide] as number;
    const slot = slots[word >>> 16] as number;
    if (slot === 0) continue;
    const table = slot & ~EDGE;
    if (table !== 0) {
      const at = (table - 1) * TABLE_CODES + (word & 0xffff);
      tables[at] = (tables[at] as number) + 1;
    }
    if (slot >= EDGE) {
      const bin = binOf(edges, values[i] as number);
      bins[bin] = (bins[bin] as number) + 1;
    }
  }
}

/** Bin of a value among ascending edges; the first and last bin take what lies outside. */
export function binOf(edges: Float64Array, value: number): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (value >= (edges[middle] as number)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The table's values in ascending order with their counts; a value is the one nearest to zero with these 32 bits. */
export function* tableEntries(
  dtype: Dtype,
  { tabled }: Refinement,
  { tables }: Refined,
  code: number,
): Generator<{ value: number; count: number }> {
  const first = tabled.indexOf(code) * TABLE_CODES;
  const negative = code >= 0x8000;
  for (let i = 0; i < TABLE_CODES; i++) {
    const rest = negative ? TABLE_CODES - 1 - i : i;
    const count = tables[first + rest] ?? 0;
    if (count > 0) yield { value: valueAt(dtype, code, rest), count };
  }
}

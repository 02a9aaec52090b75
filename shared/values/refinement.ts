import type { Dtype } from '../dtype.ts';
import { type Bucket, CODE_BITS, REST_BITS, valueAt } from './buckets.ts';
import type { Numbers } from './elements.ts';

/** A slot's flag: values of this code lie in more than one bin. Its other bits are the number of a table, from 1. */
const EDGE = 0x80;
const CODES = 2 ** CODE_BITS;
/** Entries of a table: what can follow a code. */
const RESTS = 2 ** REST_BITS;

/**
 * What a second look at the values has to find out: of codes that hold a wanted rank (or that an edge cuts), where in
 * the code each value lies. All other values are settled by their code's count.
 */
export interface Refinement {
  /** By code: 0 when settled. */
  readonly slots: Uint8Array<ArrayBuffer>;
  /** Codes that get a table of their next bits, by table. */
  readonly tabled: readonly number[];
  /** By code with an edge in it: bins of its least and its greatest value. */
  readonly lowBins: Uint8Array<ArrayBuffer>;
  readonly highBins: Uint8Array<ArrayBuffer>;
  readonly edges: Float64Array<ArrayBuffer>;
}

/** What the second look found; adds up over parts of the tensor, to more than 2^32 of them. */
export interface Refined {
  /** How often each value of the next bits occurs, table after table. */
  readonly tables: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  /** Values of edge codes by bin. */
  readonly bins: Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
}

export function planRefinement(
  buckets: readonly Bucket[],
  tabled: readonly number[],
  edges: Float64Array<ArrayBuffer>,
): Refinement {
  const slots = new Uint8Array(CODES);
  tabled.forEach((code, table) => {
    slots[code] = table + 1;
  });
  const lowBins = new Uint8Array(CODES);
  const highBins = new Uint8Array(CODES);
  for (const { code, low, high } of buckets) {
    lowBins[code] = binOf(edges, low);
    highBins[code] = binOf(edges, high);
    if (lowBins[code] !== highBins[code]) slots[code] = (slots[code] ?? 0) | EDGE;
  }
  return { slots, tabled, lowBins, highBins, edges };
}

export function nothingRefined(
  { tabled, edges }: Refinement,
  Counts: Uint32ArrayConstructor | Float64ArrayConstructor,
): Refined {
  return { tables: new Counts(tabled.length * RESTS), bins: new Counts(edges.length - 1) };
}

/** Values looked at before those that are not settled are looked into. */
const BLOCK = 4096;
const unsettled = new Uint16Array(BLOCK + 1);

/** Adds values to what was found. */
export function refine(values: Numbers, refinement: Refinement, { tables, bins }: Refined): void {
  const { slots, lowBins, highBins, edges } = refinement;
  const words = new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
  // Words of a value; the last of them has its highest bits.
  const size = values.BYTES_PER_ELEMENT / 4;
  for (let begin = 0; begin < values.length; begin += BLOCK) {
    const length = Math.min(BLOCK, values.length - begin);
    const count = notSettled(words, size, begin, length, slots);
    for (let i = 0; i < count; i++) {
      const at = begin + (unsettled[i] as number);
      const word = words[(at + 1) * size - 1] as number;
      const code = word >>> REST_BITS;
      const slot = slots[code] as number;
      const table = slot & ~EDGE;
      if (table !== 0) {
        const entry = (table - 1) * RESTS + (word & (RESTS - 1));
        tables[entry] = (tables[entry] as number) + 1;
      }
      if (slot >= EDGE) {
        const bin = binOf(edges, values[at] as number, lowBins[code] as number, highBins[code] as number);
        bins[bin] = (bins[bin] as number) + 1;
      }
    }
  }
}

/**
 * Puts into `unsettled` which of the values from `begin` on have a slot, and gives their count. Most have none, so
 * four are passed over with one branch; in a group that has some, which they are is found without branches, as a
 * processor could not guess them.
 */
function notSettled(
  words: Uint32Array,
  size: number,
  begin: number,
  length: number,
  slots: Uint8Array,
): number {
  const four = length - (length & 3);
  let count = 0;
  for (let i = 0, at = (begin + 1) * size - 1; i < four; i += 4, at += 4 * size) {
    const a = slots[(words[at] as number) >>> REST_BITS] as number;
    const b = slots[(words[at + size] as number) >>> REST_BITS] as number;
    const c = slots[(words[at + 2 * size] as number) >>> REST_BITS] as number;
    const d = slots[(words[at + 3 * size] as number) >>> REST_BITS] as number;
    if ((a | b | c | d) === 0) continue;
    unsettled[count] = i;
    count += (a + 0xff) >> 8;
    unsettled[count] = i + 1;
    count += (b + 0xff) >> 8;
    unsettled[count] = i + 2;
    count += (c + 0xff) >> 8;
    unsettled[count] = i + 3;
    count += (d + 0xff) >> 8;
  }
  for (let i = four; i < length; i++) {
    unsettled[count] = i;
    count += ((slots[(words[(begin + i + 1) * size - 1] as number) >>> REST_BITS] as number) + 0xff) >> 8;
  }
  return count;
}

/** Bin of a value among ascending edges, from `first` to `last`; these two take what lies outside, too. */
export function binOf(edges: Float64Array, value: number, first = 0, last = edges.length - 2): number {
  let low = first;
  let high = last;
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
  const first = tabled.indexOf(code) * RESTS;
  const negative = code >= CODES / 2;
  for (let i = 0; i < RESTS; i++) {
    const rest = negative ? RESTS - 1 - i : i;
    const count = tables[first + rest] ?? 0;
    if (count > 0) yield { value: valueAt(dtype, code, rest), count };
  }
}

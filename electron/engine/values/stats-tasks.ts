import type { Dtype } from '../../../shared/dtype.ts';
import type { Box } from '../../../shared/layout/box.ts';
import { codeCount } from '../../../shared/values/buckets.ts';
import { codeValues } from '../../../shared/values/code-values.ts';
import { itemBytes, numbersOf } from '../../../shared/values/elements.ts';
import { type Moments, mergeMoments, momentsOf, noMoments } from '../../../shared/values/moments.ts';
import { nothingRefined, type Refined, type Refinement, refine } from '../../../shared/values/refinement.ts';
import { tilesOfBox } from '../../../shared/values/tiles.ts';
import { Control } from '../control.ts';
import { BoxReader } from './box-reader.ts';
import type { TensorSource } from './tensor-source.ts';

/** A part of a tensor to look at; order does not matter, each element is met once. */
interface PartTask {
  readonly source: TensorSource;
  readonly box: Box;
  /** A `Control`. */
  readonly control: SharedArrayBuffer;
}

/** Counts codes, and of dtypes above 16 bits adds up values. */
export interface CountValuesTask extends PartTask {
  readonly type: 'count-values';
}

/** The second look: see `Refinement`. */
export interface RefineValuesTask extends PartTask {
  readonly type: 'refine-values';
  readonly refinement: Refinement;
}

export interface CountedPart {
  readonly codes: Uint32Array<ArrayBuffer>;
  readonly moments: Moments;
  /** Of 64-bit integers, which need not be exact as numbers. */
  readonly exact?: Extremes;
}

export interface Extremes {
  readonly min: bigint;
  readonly max: bigint;
}

/** Read and looked at while it is in the processor's cache. */
const CHUNK_BYTES = 1_048_576;

export function countValues(task: CountValuesTask): CountedPart {
  const { dtype } = task.source;
  const narrow = codeValues(dtype) !== undefined;
  const codes = new Uint32Array(codeCount(dtype));
  let moments = noMoments();
  let exact: Extremes | undefined;
  for (const bytes of chunksOf(task)) {
    if (narrow) countCodes(dtype, bytes, codes);
    else moments = mergeMoments(moments, momentsOf(numbersOf(dtype, bytes), codes));
    exact = widest([exact, exactExtremes(dtype, bytes)]);
  }
  return { codes, moments, ...(exact && { exact }) };
}

export function refineValues(task: RefineValuesTask): Refined {
  const found = nothingRefined(task.refinement, Uint32Array);
  for (const bytes of chunksOf(task)) refine(numbersOf(task.source.dtype, bytes), task.refinement, found);
  return found;
}

function* chunksOf({ source, box, control }: PartTask): Generator<Uint8Array<ArrayBuffer>> {
  const work = new Control(control);
  const reader = new BoxReader(source);
  try {
    for (const tile of tilesOfBox(box, CHUNK_BYTES / itemBytes(source.dtype))) {
      work.check();
      const bytes = reader.read(tile);
      yield bytes;
      work.add(bytes.length);
    }
  } finally {
    reader.close();
  }
}

function countCodes(dtype: Dtype, bytes: Uint8Array<ArrayBuffer>, counts: Uint32Array): void {
  const codes =
    itemBytes(dtype) === 1 ? bytes : new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    counts[code] = (counts[code] as number) + 1;
  }
}

function exactExtremes(
  dtype: Dtype,
  { buffer, byteOffset, length }: Uint8Array<ArrayBuffer>,
): Extremes | undefined {
  if ((dtype !== 'I64' && dtype !== 'U64') || length === 0) return undefined;
  const values =
    dtype === 'I64'
      ? new BigInt64Array(buffer, byteOffset, length / 8)
      : new BigUint64Array(buffer, byteOffset, length / 8);
  let min = values[0] ?? 0n;
  let max = min;
  for (let i = 1; i < values.length; i++) {
    const value = values[i] as bigint;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/** The extremes of all that are there. */
export function widest(all: readonly (Extremes | undefined)[]): Extremes | undefined {
  let found: Extremes | undefined;
  for (const one of all) {
    if (one === undefined) continue;
    let { min, max } = found ?? one;
    if (one.min < min) min = one.min;
    if (one.max > max) max = one.max;
    found = { min, max };
  }
  return found;
}

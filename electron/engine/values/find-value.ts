import type { Dtype } from '../../../shared/dtype.ts';
import { type Box, volume } from '../../../shared/layout/box.ts';
import { codeValues } from '../../../shared/values/code-values.ts';
import { itemBytes, numbersOf } from '../../../shared/values/elements.ts';
import { jsonNumber } from '../../../shared/values/json-values.ts';
import type { FoundValue } from '../../../shared/values/results.ts';
import type { Selection } from '../../../shared/values/slice.ts';
import { indexAt, tilesOfBox } from '../../../shared/values/tiles.ts';
import { Control } from '../control.ts';
import { BoxReader } from './box-reader.ts';
import { type ReadingContext, withControl } from './reading.ts';
import type { TensorSource } from './tensor-source.ts';

export type Wanted = 'nan' | 'infinity' | 'either';

/** Looks through tiles in their order. */
export interface FindValueTask {
  readonly type: 'find-value';
  readonly source: TensorSource;
  readonly tiles: readonly Box[];
  /** Elements of the first tile that are passed over. */
  readonly skip: number;
  readonly wanted: Wanted;
  /** A `Control`. */
  readonly control: SharedArrayBuffer;
}

/** The first value that fits; `position` counts from the first element of the first tile. */
export type FoundInTiles = { readonly position: number; readonly value: number } | null;

const CHUNK_BYTES = 1_048_576;
const TILES_OF_TASK = 64;

/** Runs on a worker thread. */
export function findInTiles({ source, tiles, skip, wanted, control }: FindValueTask): FoundInTiles {
  const work = new Control(control);
  const reader = new BoxReader(source);
  let before = 0;
  let from = skip;
  try {
    for (const tile of tiles) {
      work.check();
      const bytes = reader.read(tile);
      const values = numbersOf(source.dtype, bytes);
      for (let i = from; i < values.length; i++) {
        const value = values[i] as number;
        // The difference of a finite value and itself is 0, of others NaN.
        if (value - value === 0) continue;
        if (wanted === 'either' || Number.isNaN(value) === (wanted === 'nan'))
          return { position: before + i, value };
      }
      from = 0;
      before += values.length;
      work.add(bytes.length);
    }
    return null;
  } finally {
    reader.close();
  }
}

/** The next value of a kind from position `from` of the selection on; null when there is none. */
export async function findValue(
  source: TensorSource,
  { box }: Selection,
  wanted: Wanted,
  from: number,
  context: ReadingContext,
): Promise<FoundValue | null> {
  if (!hasOthers(source.dtype)) return null;
  const { pool, signal } = context;
  const item = itemBytes(source.dtype);
  return withControl(context, (volume(box.extent) - from) * item, async (control) => {
    const look = async (tiles: readonly Box[], first: number): Promise<FoundValue | null> => {
      const skip = Math.max(0, from - first);
      const task = { type: 'find-value', source, tiles, skip, wanted, control: control.shared } as const;
      const found = await pool.run(task, signal);
      if (!found) return null;
      const position = first + found.position;
      const index = indexAt(box.extent, position).map((at, axis) => at + (box.start[axis] ?? 0));
      return { index, position, value: jsonNumber(found.value) };
    };
    let tiles: Box[] = [];
    let first = 0;
    let end = 0;
    for (const tile of tilesOfBox(box, CHUNK_BYTES / item)) {
      const size = volume(tile.extent);
      end += size;
      if (end <= from) continue;
      if (tiles.length === 0) first = end - size;
      tiles.push(tile);
      if (tiles.length < TILES_OF_TASK) continue;
      const found = await look(tiles, first);
      if (found) return found;
      tiles = [];
    }
    return tiles.length === 0 ? null : look(tiles, first);
  });
}

/** Whether a dtype has NaN or Inf at all. */
function hasOthers(dtype: Dtype): boolean {
  const values = codeValues(dtype);
  if (values) return values.some((value) => !Number.isFinite(value));
  return dtype === 'F32' || dtype === 'F64' || dtype === 'C64';
}

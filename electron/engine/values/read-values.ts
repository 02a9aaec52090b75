import { type Box, volume } from '../../../shared/layout/box.ts';
import { type JsonValue, jsonValues } from '../../../shared/values/json-values.ts';
import type { TensorValues } from '../../../shared/values/results.ts';
import { type Selection, selectedShape } from '../../../shared/values/slice.ts';
import { tilesOfBox } from '../../../shared/values/tiles.ts';
import type { WorkerPool } from '../pool.ts';
import { BoxReader } from './box-reader.ts';
import type { TensorSource } from './tensor-source.ts';

/** Reads boxes, one after the other, as exact values. */
export interface ReadValuesTask {
  readonly type: 'read-values';
  readonly source: TensorSource;
  readonly boxes: readonly Box[];
}

/** Runs on a worker thread. */
export function readValues({ source, boxes }: ReadValuesTask): JsonValue[] {
  const reader = new BoxReader(source);
  try {
    return boxes.flatMap((box) => jsonValues(source.dtype, reader.read(box)));
  } finally {
    reader.close();
  }
}

/** The first `limit` values of what is selected. */
export async function tensorValues(
  source: TensorSource,
  selection: Selection,
  limit: number,
  pool: WorkerPool,
  signal: AbortSignal,
): Promise<TensorValues> {
  const wanted = Math.min(limit, volume(selection.box.extent));
  const boxes: Box[] = [];
  let covered = 0;
  for (const tile of tilesOfBox(selection.box, Math.max(1, wanted))) {
    if (covered >= wanted) break;
    boxes.push(tile);
    covered += volume(tile.extent);
  }
  const values = await pool.run({ type: 'read-values', source, boxes }, signal);
  return {
    dtype: source.dtype,
    shape: selectedShape(selection),
    values: values.slice(0, wanted),
    truncated: wanted < volume(selection.box.extent),
  };
}

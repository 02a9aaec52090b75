import type { Box } from '../../../shared/layout/box.ts';
import { CellPool, cellOf, cellStart } from '../../../shared/values/cells.ts';
import { itemBytes, type Numbers, numbersOf } from '../../../shared/values/elements.ts';
import { tilesOfBox } from '../../../shared/values/tiles.ts';
import { Control } from '../control.ts';
import { BoxReader } from './box-reader.ts';
import type { TensorSource } from './tensor-source.ts';

/** A matrix in a tensor: a box with at most two axes longer than one. */
export interface Area {
  readonly box: Box;
  /** Absent where the area is a single row. */
  readonly rowAxis?: number;
  readonly rows: number;
  readonly columns: number;
}

/** Pools some rows of cells of an area. */
export interface PoolCellsTask {
  readonly type: 'pool-cells';
  readonly source: TensorSource;
  /** A tensor of the same shape whose values are taken off. */
  readonly minus?: TensorSource;
  readonly area: Area;
  readonly cellRows: number;
  readonly cellColumns: number;
  /** Which rows of cells: from, and up to. */
  readonly from: number;
  readonly to: number;
  /** How many rows of each cell to look at; all when absent. */
  readonly rowsOfCell?: number;
  /** A `Control`. */
  readonly control: SharedArrayBuffer;
}

export interface PooledCells {
  readonly mean: Float32Array<ArrayBuffer>;
  readonly min: Float32Array<ArrayBuffer>;
  readonly max: Float32Array<ArrayBuffer>;
  readonly flags: Uint8Array<ArrayBuffer>;
}

const CHUNK_BYTES = 1_048_576;

export function poolCells(task: PoolCellsTask): PooledCells {
  const { source, minus, area, cellRows, cellColumns, from, to } = task;
  const work = new Control(task.control);
  const reader = new BoxReader(source);
  const other = minus && { reader: new BoxReader(minus), dtype: minus.dtype };
  const cells = new CellPool(to - from, cellColumns, area.columns);
  const most = CHUNK_BYTES / itemBytes(source.dtype);
  try {
    for (const rows of rowsOf(task))
      for (const tile of tilesOfBox(rowsBox(area, rows.from, rows.to), most)) {
        work.check();
        const bytes = reader.read(tile);
        const own = numbersOf(source.dtype, bytes);
        const values = other ? differences(own, numbersOf(other.dtype, other.reader.read(tile))) : own;
        const row = area.rowAxis === undefined ? 0 : startIn(tile, area, area.rowAxis);
        const column = values.length < area.columns ? startIn(tile, area, columnAxis(area)) : 0;
        for (let i = 0, at = 0; at < values.length; i++, at += area.columns)
          cells.add(
            values,
            at,
            Math.min(at + area.columns, values.length),
            cellOf(row + i, cellRows, area.rows) - from,
            column,
          );
        work.add(bytes.length);
      }
  } finally {
    reader.close();
    other?.reader.close();
  }
  const { mean, min, max, flags } = cells.finish();
  return { mean, min, max, flags };
}

/** 64 bits wide, so that two 32-bit floats are apart by exactly what they are apart. */
function differences(a: Numbers, b: Numbers): Float64Array<ArrayBuffer> {
  const apart = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) apart[i] = (a[i] as number) - (b[i] as number);
  return apart;
}

/** Ranges of rows to look at, in the area. */
function* rowsOf({
  area,
  cellRows,
  from,
  to,
  rowsOfCell,
}: PoolCellsTask): Generator<{ from: number; to: number }> {
  if (rowsOfCell === undefined) {
    yield { from: cellStart(from, cellRows, area.rows), to: cellStart(to, cellRows, area.rows) };
    return;
  }
  for (let cell = from; cell < to; cell++) {
    const first = cellStart(cell, cellRows, area.rows);
    const length = cellStart(cell + 1, cellRows, area.rows) - first;
    for (let i = 0; i < rowsOfCell; i++) {
      const row = first + Math.floor((i * length) / rowsOfCell);
      yield { from: row, to: row + 1 };
    }
  }
}

function rowsBox({ box, rowAxis }: Area, from: number, to: number): Box {
  if (rowAxis === undefined) return box;
  return {
    start: box.start.with(rowAxis, (box.start[rowAxis] ?? 0) + from),
    extent: box.extent.with(rowAxis, to - from),
  };
}

/** The axis of an area's columns: the last that is no row and longer than one. */
function columnAxis({ box, rowAxis }: Area): number {
  return box.extent.findLastIndex((length, axis) => length > 1 && axis !== rowAxis);
}

function startIn(tile: Box, { box }: Area, axis: number): number {
  return (tile.start[axis] ?? 0) - (box.start[axis] ?? 0);
}

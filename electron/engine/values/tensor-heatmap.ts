import { refuse } from '../../../shared/errors.ts';
import { itemBytes } from '../../../shared/values/elements.ts';
import type { TensorHeatmap } from '../../../shared/values/results.ts';
import { formatSlice, type Selection, selectedShape } from '../../../shared/values/slice.ts';
import type { Area, PooledCells } from './pool-cells.ts';
import { inOrder, type ReadingContext, withControl } from './reading.ts';
import type { TensorSource } from './tensor-source.ts';

interface HeatmapOptions {
  /** Cells at most. */
  readonly width: number;
  readonly height: number;
  readonly quick: boolean;
}

/** A quick look reads about this much: a tenth of a second. */
const QUICK_BYTES = 64 * 1024 ** 2;
/** What one task reads. */
const TASK_BYTES = 32 * 1024 ** 2;

/** A picture of what is selected, less `minus` of the same shape where given; refuses USAGE for more than two axes. */
export async function tensorHeatmap(
  source: TensorSource,
  selection: Selection,
  { width, height, quick }: HeatmapOptions,
  context: ReadingContext,
  minus?: TensorSource,
): Promise<TensorHeatmap> {
  const area = areaOf(source, selection);
  const cellRows = Math.min(area.rows, height);
  const cellColumns = Math.min(area.columns, width);
  const cells = cellRows * cellColumns;
  const rowBytes = area.columns * itemBytes(source.dtype);
  const perCell = Math.max(1, Math.floor(QUICK_BYTES / (rowBytes * cellRows)));
  const sampled = quick && perCell * cellRows < area.rows;
  const bytes = rowBytes * (sampled ? perCell * cellRows : area.rows);
  const pooled: PooledCells = {
    mean: new Float32Array(cells),
    min: new Float32Array(cells),
    max: new Float32Array(cells),
    flags: new Uint8Array(cells),
  };
  if (cells > 0)
    await withControl(context, bytes, async (control) => {
      const { pool, signal } = context;
      const each = {
        type: 'pool-cells',
        source,
        ...(minus && { minus }),
        area,
        cellRows,
        cellColumns,
      } as const;
      await inOrder(
        bandsOf(cellRows, Math.max(pool.threads, Math.ceil(bytes / TASK_BYTES))),
        context,
        control,
        async ({ from, to }) => {
          const task = {
            ...each,
            from,
            to,
            ...(sampled && { rowsOfCell: perCell }),
            control: control.shared,
          };
          return { from, part: await pool.run(task, signal) };
        },
        ({ from, part }) => {
          for (const key of ['mean', 'min', 'max', 'flags'] as const)
            pooled[key].set(part[key], from * cellColumns);
        },
      );
    });
  return {
    dtype: source.dtype,
    rows: area.rows,
    columns: area.columns,
    cellRows,
    cellColumns,
    mean: new Uint8Array(pooled.mean.buffer),
    min: new Uint8Array(pooled.min.buffer),
    max: new Uint8Array(pooled.max.buffer),
    flags: pooled.flags,
    sampled,
  };
}

function areaOf(source: TensorSource, selection: Selection): Area {
  const shape = selectedShape(selection);
  const { box, axes } = selection;
  if (axes.length > 2)
    refuse(
      'USAGE',
      `A heatmap shows rows and columns; the slice ${formatSlice(selection, source.shape)} leaves ${axes.length} axes.`,
      'Give one index for each of the other axes.',
      { expected: 'at most 2 axes', found: `${axes.length} axes` },
    );
  const [rowAxis] = axes;
  if (axes.length < 2 || rowAxis === undefined) return { box, rows: 1, columns: shape[0] ?? 1 };
  return { box, rowAxis, rows: shape[0] ?? 1, columns: shape[1] ?? 1 };
}

function* bandsOf(cellRows: number, count: number): Generator<{ from: number; to: number }> {
  const bands = Math.min(cellRows, count);
  for (let i = 0; i < bands; i++)
    yield { from: Math.floor((i * cellRows) / bands), to: Math.floor(((i + 1) * cellRows) / bands) };
}

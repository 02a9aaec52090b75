import type { Box } from '../../../shared/layout/box.ts';
import { volume } from '../../../shared/layout/box.ts';
import { codeCount } from '../../../shared/values/buckets.ts';
import { itemBytes } from '../../../shared/values/elements.ts';
import { mergeMoments, noMoments } from '../../../shared/values/moments.ts';
import { nothingRefined } from '../../../shared/values/refinement.ts';
import type { TensorStats } from '../../../shared/values/results.ts';
import { type Selection, selectedShape } from '../../../shared/values/slice.ts';
import { Statistics } from '../../../shared/values/statistics.ts';
import { tilesOfBox } from '../../../shared/values/tiles.ts';
import { inOrder, type ReadingContext, withControl } from './reading.ts';
import { type Extremes, widest } from './stats-tasks.ts';
import { partsIn, type TensorSource } from './tensor-source.ts';

/** What one task looks at, in bytes: some 50 ms of work. */
const TASK_BYTES = 64 * 1024 ** 2;

/**
 * Statistics of what is selected: all bytes are read once, and once more where a code does not tell a value. Memory
 * is bounded by a few megabytes a thread, whatever the size.
 */
export async function tensorStats(
  source: TensorSource,
  selection: Selection,
  context: ReadingContext,
): Promise<TensorStats> {
  const { dtype } = source;
  const looks = itemBytes(dtype) > 2 ? 2 : 1;
  const bytes = volume(selection.box.extent) * itemBytes(dtype) * looks;
  return withControl(context, bytes, async (control) => {
    const { pool, signal } = context;
    const each = { control: control.shared };
    const codes = new Float64Array(codeCount(dtype));
    let moments = noMoments();
    let exact: Extremes | undefined;
    await inOrder(
      pieceTasks(source, selection),
      context,
      control,
      (part) => pool.run({ type: 'count-values', ...part, ...each }, signal),
      (part) => {
        addCounts(codes, part.codes);
        moments = mergeMoments(moments, part.moments);
        exact = widest([exact, part.exact]);
      },
    );
    const statistics = new Statistics({
      dtype,
      shape: selectedShape(selection),
      codes,
      ...(looks === 2 && { moments }),
      ...(exact && { exact }),
    });
    const { refinement } = statistics;
    if (!refinement) return statistics.result();
    const refined = nothingRefined(refinement, Float64Array);
    await inOrder(
      pieceTasks(source, selection),
      context,
      control,
      (part) => pool.run({ type: 'refine-values', ...part, ...each, refinement }, signal),
      ({ tables, bins }) => {
        addCounts(refined.tables, tables);
        addCounts(refined.bins, bins);
      },
    );
    return statistics.result(refined);
  });
}

/** Piece by piece rather than in the tensor's order: so each piece is read in one run. */
function* pieceTasks(
  source: TensorSource,
  { box }: Selection,
): Generator<{ source: TensorSource; box: Box }> {
  for (const part of partsIn(source, box))
    for (const tile of tilesOfBox(part.box, TASK_BYTES / itemBytes(source.dtype)))
      yield { source: part.source, box: tile };
}

function addCounts(sum: CodeCounts, counts: CodeCounts): void {
  for (let i = 0; i < counts.length; i++) sum[i] = (sum[i] as number) + (counts[i] as number);
}

type CodeCounts = Uint32Array | Float64Array;

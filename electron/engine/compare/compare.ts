import { addDifference, type Difference, noDifference } from '../../../shared/compare/difference.ts';
import type { CompareOptions } from '../../../shared/compare/options.ts';
import { COMPARE_STATUSES, type ComparedTensor, type Comparison } from '../../../shared/compare/results.ts';
import type { ComparedTable } from '../../../shared/compare/table.ts';
import type { JobResult } from '../../../shared/jobs.ts';
import type { JobContext } from '../jobs.ts';
import type { WorkerPool } from '../pool.ts';
import { inOrder, withControl } from '../values/reading.ts';
import { compareTasks, type PlannedPart } from './compare-tasks.ts';
import type { PartOutcome } from './compare-values.ts';
import { comparedTensor, isComparable, RankPlaces } from './compared-tensor.ts';
import { pairNames } from './pair-names.ts';
import { bytesOf, partOf } from './part.ts';
import { labelsOf, type Side } from './side.ts';

/** Not-equal tensors that a job's result carries; the rest is asked for in pages. */
const MOST_FOUND = 100;

export interface Compared {
  readonly result: JobResult;
  readonly table: ComparedTable;
}

/**
 * Compares the tensors of two sides, element by element, in worker threads and bounded memory. What cannot be
 * read is a finding; thrown is CANCELLED, and USAGE for name rules that cannot be used.
 */
export async function runCompare(
  a: Side,
  b: Side,
  options: CompareOptions,
  { pool, signal, onProgress }: JobContext & { readonly pool: WorkerPool },
): Promise<Compared> {
  const started = performance.now();
  const warnings: string[] = [];
  const pairs = pairNames(a, b, options.names, warnings);
  const places = new RankPlaces(a, b);
  const parts = pairs.map((pair) => partOf(a, b, pair));
  const rows: (ComparedTensor | undefined)[] = pairs.map((pair, i) =>
    isComparable(pair, parts[i]) ? undefined : comparedTensor(pair, parts[i], undefined, places),
  );
  const settle = (index: number, outcome: Parameters<typeof comparedTensor>[2]) => {
    const pair = pairs[index];
    if (pair) rows[index] ??= comparedTensor(pair, parts[index], outcome, places);
  };
  const sums = new Map<number, Difference>();
  const take = ({ index, last }: PlannedPart, part: PartOutcome) => {
    if ('fault' in part) return settle(index, part.fault);
    const sum = sums.get(index) ?? noDifference();
    addDifference(sum, part);
    if (last) settle(index, sum);
    if (last) sums.delete(index);
    else sums.set(index, sum);
  };

  const comparable = pairs
    .map((pair, i) => [i, pair, parts[i]] as const)
    .filter(([, pair, part]) => isComparable(pair, part));
  const bytesTotal = comparable.reduce((sum, [, pair, part]) => sum + bytesOf(pair, part), 0);
  const tell = (bytesDone: number) => onProgress({ phase: 'comparing', bytesDone, bytesTotal });
  tell(0);
  const bytes = await withControl({ pool, signal, onProgress: tell }, bytesTotal, async (control) => {
    const { atol, rtol, nanEqual } = options;
    const each = {
      type: 'compare-values',
      tolerance: { atol, rtol, nanEqual },
      control: control.shared,
    } as const;
    await inOrder(
      compareTasks(a, b, comparable, settle),
      { pool, signal },
      control,
      async (planned) => {
        const compared = await pool.run({ ...each, parts: planned.map(({ part }) => part) }, signal);
        return planned.map((one, i) => ({ one, part: compared[i] }));
      },
      (compared) => {
        for (const { one, part } of compared) if (part) take(one, part);
      },
    );
    tell(control.bytesDone);
    return control.bytesDone;
  });

  const table = { rows: worstFirst(rows), a: a.open.model, b: b.open.model };
  const comparison = comparisonOf(table.rows, a, b, options, places.known);
  return {
    table,
    result: {
      out: a.open.summary.path,
      files: [],
      tensors: rows.length,
      bytes,
      seconds: (performance.now() - started) / 1000,
      verified: comparison.equal,
      warnings,
      comparison,
    },
  };
}

/**
 * In the order of the statuses, and of names among those of one; but that two ranks hold different values where the
 * layout gives them different slices is no news, so those come behind.
 */
function worstFirst(rows: readonly (ComparedTensor | undefined)[]): ComparedTensor[] {
  return COMPARE_STATUSES.flatMap((status) => {
    const same = rows.filter((row): row is ComparedTensor => row?.status === status);
    return [
      ...same.filter(({ sameSlice }) => sameSlice !== false),
      ...same.filter(({ sameSlice }) => sameSlice === false),
    ];
  });
}

function comparisonOf(
  rows: readonly ComparedTensor[],
  a: Side,
  b: Side,
  request: CompareOptions,
  slicesKnown: boolean,
): Comparison {
  const counts = Object.fromEntries(
    COMPARE_STATUSES.map((wanted) => [wanted, rows.filter(({ status }) => status === wanted).length]),
  ) as Comparison['counts'];
  const { of: _, ...labels } = labelsOf(a, b);
  const slices = (same: boolean) => rows.filter(({ sameSlice }) => sameSlice === same).length;
  const differing = rows.length - counts.equal;
  const parts = rows.filter(({ part }) => part !== undefined).length;
  return {
    request,
    labels,
    counts,
    ...(slicesKnown && { slices: { same: slices(true), other: slices(false) } }),
    ...(parts > 0 && { parts }),
    equal: differing === 0,
    found: rows.slice(0, Math.min(MOST_FOUND, differing)),
  };
}

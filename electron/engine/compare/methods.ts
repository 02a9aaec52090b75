import { resolve } from 'node:path';
import type { CallContext, Implementation } from '../../../shared/calls.ts';
import type { CompareSide } from '../../../shared/compare/options.ts';
import { type ComparedTable, comparePage, compareText } from '../../../shared/compare/table.ts';
import { refuse } from '../../../shared/errors.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import type { JobQueue } from '../jobs.ts';
import type { OpenCheckpoint, OpenRequest } from '../open/open.ts';
import type { WorkerPool } from '../pool.ts';
import { tensorHeatmap } from '../values/tensor-heatmap.ts';
import { selectionOf } from '../values/tensor-source.ts';
import { runCompare } from './compare.ts';
import { pairSources } from './part.ts';
import { labelsOf, type Side, sideOf } from './side.ts';

export interface CompareContext {
  readonly jobs: JobQueue;
  readonly pool: WorkerPool;
  /** For what somebody waits to see. */
  readonly looking: WorkerPool;
  open(request: OpenRequest, signal: AbortSignal): Promise<OpenCheckpoint>;
  withSignal<T>(call: CallContext, run: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Comparisons whose tensors are kept to be looked at; a million tensors are some 200 MB. */
const MOST_KEPT = 8;

interface Done {
  readonly table: ComparedTable;
  readonly sides: readonly [a: Side, b: Side];
}

/** The methods of the contract that compare. */
export function compareMethods({
  jobs,
  pool,
  looking,
  open,
  withSignal,
}: CompareContext): Pick<
  Implementation,
  'compare.start' | 'compare.page' | 'compare.text' | 'compare.heatmap'
> {
  const done = new Map<string, Done>();
  jobs.listen((event) => {
    if (event.type === 'job-dismissed') done.delete(event.job);
  });
  const doneOf = (job: string): Done =>
    done.get(job) ?? refuse('API_NOT_OPEN', 'This comparison is not kept any more.', 'Compare again.');

  return {
    'compare.start': async (input, call) => {
      const options = { ...input, a: absolute(input.a), b: absolute(input.b) };
      const { a, b } = options;
      return withSignal(call, async (signal) => {
        const first = await open({ ...a, ofRun: true }, signal);
        const sides = [
          sideOf(first, a),
          sideOf(requestKey(a) === requestKey(b) ? first : await open({ ...b, ofRun: true }, signal), b),
        ] as const;
        const { a: one, b: other, of: folder } = labelsOf(...sides);
        const subject = { doing: 'compare', one, other, ...(folder !== undefined && { folder }) } as const;
        const job = jobs.add('compare', subject, async (context) => {
          const { result, table } = await runCompare(...sides, options, { pool, ...context });
          done.set(job.id, { table, sides });
          for (const oldest of [...done.keys()].slice(0, -MOST_KEPT)) done.delete(oldest);
          return result;
        });
        return job;
      });
    },
    'compare.page': async ({ job, offset, limit, ...query }) =>
      comparePage(doneOf(job).table, query, offset, limit),
    'compare.text': async ({ job, format, rows, ...query }) =>
      compareText(doneOf(job).table, query, format, rows),
    'compare.heatmap': async ({ job, name, slice, ...options }, call) => {
      const { table, sides } = doneOf(job);
      const row = table.rows.find((one) => one.name === name);
      if (!row?.a || !row.b || row.status === 'shape')
        refuse(
          'USAGE',
          `'${escapeText(name)}' has no difference to show: it has not one shape on both sides.`,
          'Choose a tensor that was compared.',
          { tensor: name },
        );
      const [a, b] = sides;
      const sources = pairSources(a, b, { a: row.a.name, b: row.b.name }, row.part);
      const selection = selectionOf(sources.a, slice);
      return withSignal(call, (signal) =>
        tensorHeatmap(sources.a, selection, options, { pool: looking, signal }, sources.b),
      );
    },
  };
}

function absolute(side: CompareSide): CompareSide {
  const { strategy } = side;
  return {
    ...side,
    path: resolve(side.path),
    ...(strategy !== undefined && { strategy: resolve(strategy) }),
  };
}

/** Two ranks of one checkpoint need it opened once. */
function requestKey({ path, strategy, fileSuffix }: CompareSide): string {
  return JSON.stringify([path, strategy ?? null, fileSuffix ?? null]);
}

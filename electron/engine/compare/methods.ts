import { resolve } from 'node:path';
import type { CallContext, Implementation } from '../../../shared/api.ts';
import type { CompareSide } from '../../../shared/compare/options.ts';
import { type ComparedTable, comparePage, compareText } from '../../../shared/compare/table.ts';
import { refuse } from '../../../shared/errors.ts';
import type { JobQueue } from '../jobs.ts';
import type { OpenCheckpoint, OpenRequest } from '../open/open.ts';
import type { WorkerPool } from '../pool.ts';
import { runCompare } from './compare.ts';
import { labelsOf, sideOf } from './side.ts';

export interface CompareContext {
  readonly jobs: JobQueue;
  readonly pool: WorkerPool;
  open(request: OpenRequest, signal: AbortSignal): Promise<OpenCheckpoint>;
  withSignal<T>(call: CallContext, run: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Comparisons whose tensors are kept to be looked at; a million tensors are some 200 MB. */
const MOST_KEPT = 8;

/** The methods of the contract that compare. */
export function compareMethods({
  jobs,
  pool,
  open,
  withSignal,
}: CompareContext): Pick<Implementation, 'compare.start' | 'compare.page' | 'compare.text'> {
  const tables = new Map<string, ComparedTable>();
  jobs.listen((event) => {
    if (event.type === 'job-dismissed') tables.delete(event.job);
  });
  const tableOf = (job: string): ComparedTable =>
    tables.get(job) ?? refuse('API_NOT_OPEN', 'This comparison is not kept any more.', 'Compare again.');

  return {
    'compare.start': async (input, call) => {
      const options = { ...input, a: absolute(input.a), b: absolute(input.b) };
      const { a, b } = options;
      return withSignal(call, async (signal) => {
        const first = await open(a, signal);
        const sides = [
          sideOf(first, a),
          sideOf(requestKey(a) === requestKey(b) ? first : await open(b, signal), b),
        ] as const;
        const labels = labelsOf(...sides);
        const title = `Comparing ${labels.a} with ${labels.b}${labels.of === undefined ? '' : ` of ${labels.of}`}`;
        const job = jobs.add('compare', title, async (context) => {
          const { result, table } = await runCompare(...sides, options, { pool, ...context });
          tables.set(job.id, table);
          for (const oldest of [...tables.keys()].slice(0, -MOST_KEPT)) tables.delete(oldest);
          return result;
        });
        return job;
      });
    },
    'compare.page': async ({ job, offset, limit, ...query }) =>
      comparePage(tableOf(job), query, offset, limit),
    'compare.text': async ({ job, format, ...query }) => compareText(tableOf(job), query, format),
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

import { realpathSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import type { AbortSignalLike, CallContext, EngineEvent, Implementation } from '../../shared/calls.ts';
import { tensorDetail } from '../../shared/detail.ts';
import { parseFilter } from '../../shared/filter.ts';
import type { AppInfo } from '../../shared/host.ts';
import type { JobDraft } from '../../shared/job-options.ts';
import { ranksPage } from '../../shared/ranks/page.ts';
import { redundancyReport } from '../../shared/redundancy-report.ts';
import { copyTable, exportTable, tableNames, tablePage, tablePlace } from '../../shared/table/table.ts';
import { compareMethods } from './compare/methods.ts';
import { filesMethods } from './files/methods.ts';
import { listFolders } from './folders.ts';
import { type JobContext, JobQueue } from './jobs.ts';
import { layoutMethods } from './layout-methods.ts';
import { readStrategyAt, strategyFilesAt } from './open/find-strategy.ts';
import { type OpenCheckpoint, type OpenContext, type OpenRequest, openCheckpoint } from './open/open.ts';
import { openToConvert } from './open/open-to-convert.ts';
import { openToSalvage } from './open/open-to-salvage.ts';

import { savesReport } from './open/saves-report.ts';
import { OpenedCheckpoints } from './opened.ts';
import { defaultThreads, READING_THREADS, WorkerPool } from './pool.ts';
import { preview, type ReadStrategy, run } from './prepare/prepare.ts';
import { requireStrategy } from './prepare/prepared.ts';
import { RecentPaths } from './recent.ts';
import { saveAuthoredStrategy, saveStrategy } from './strategy-output.ts';
import { valuesMethods } from './values/methods.ts';
import { runVerify } from './verify.ts';
import { OwnOutputs, watchMethods } from './watch/methods.ts';

export interface EngineOptions {
  /** Threads that copy; `defaultThreads` when absent. */
  readonly threads?: number;
  /** One set of threads for all work, `threads` or not: of a command, which does one thing and ends. */
  readonly pool?: WorkerPool;
  readonly info: Omit<AppInfo, 'version' | 'recent'>;
  /** Folder for what is remembered between starts; nothing is when absent. */
  readonly stateFolder?: string;
}

/** The engine behind every front: the methods of the contract, its events, and its end. */
export interface Engine {
  readonly implementation: Implementation;
  listen(listener: (event: EngineEvent) => void): () => void;
  /** Cancels all jobs, waits for their cleaning up, and stops all threads. */
  close(): Promise<void>;
}

/** Makes an engine. Threads start when they are first needed. */
export function createEngine(options: EngineOptions): Engine {
  const { info } = options;
  const working = options.pool ?? new WorkerPool(options.threads ?? defaultThreads());
  const { threads } = working;
  // Opening has threads of its own: a running merge must not keep a folder from being looked at.
  const reading = options.pool ?? new WorkerPool(READING_THREADS);
  const jobs = new JobQueue();
  const opened = new OpenedCheckpoints();
  const outputs = new OwnOutputs();
  const roots = info.roots.map(realRoot);
  const listeners = new Set<(event: EngineEvent) => void>();
  const send = (event: EngineEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  const recent = new RecentPaths(options.stateFolder, (paths) => send({ type: 'recent', recent: paths }));
  jobs.listen(send);

  const openContext = (path: string, signal: AbortSignal): OpenContext => ({
    pool: reading,
    roots,
    signal,
    onProgress: (filesRead, filesTotal) => send({ type: 'opening', path, filesRead, filesTotal }),
  });

  const open = (request: OpenRequest, signal: AbortSignal): Promise<OpenCheckpoint> =>
    openCheckpoint(request, openContext(request.path, signal));

  /** A job's source: what `checkpoint.open` opens, but converting takes files whatever they are together, salvaging damaged ones. */
  const openSource = (input: JobDraft, signal: AbortSignal): Promise<OpenCheckpoint> => {
    const context = openContext(input.path, signal);
    if (input.job === 'convert') return openToConvert(input, context);
    return input.job === 'salvage' ? openToSalvage(input.path, context) : open(input, signal);
  };

  const strategyReader =
    (signal: AbortSignal): ReadStrategy =>
    async (path) =>
      readStrategyAt(path, await strategyFilesAt(path), 'given', { pool: reading, signal, roots });

  const jobContext = ({ signal, onProgress }: JobContext) => ({ pool: working, signal, onProgress });

  const implementation: Implementation = {
    'app.info': async () => ({ version: packageJson.version, ...info, recent: await recent.list() }),
    'recent.remove': async ({ path }) => {
      const open = opened.paths;
      await recent.keep((other) => (path === undefined ? open.has(other) : other !== path));
      return null;
    },
    'folder.list': async ({ path }) => listFolders(path, info.roots),
    'checkpoint.open': async (input, call) => {
      const checkpoint = await withSignal(call, (signal) => open(input, signal));
      await recent.add(checkpoint.summary.path);
      return { id: opened.add(input, checkpoint), ...checkpoint.summary };
    },
    'checkpoint.close': async ({ checkpoint }) => {
      opened.close(checkpoint);
      return null;
    },
    ...watchMethods({ opened, outputs, roots, withSignal }),
    'tensors.page': async ({ checkpoint, offset, limit, ...query }) =>
      tablePage(opened.get(checkpoint).model, query, offset, limit),
    'tensors.names': async ({ checkpoint, from, to, ...query }) => ({
      names: tableNames(opened.get(checkpoint).model, query, from, to),
    }),
    'tensors.place': async ({ checkpoint, name, ...query }) => ({
      row: tablePlace(opened.get(checkpoint).model, query, name) ?? null,
    }),
    'tensors.copy': async ({ checkpoint, names, format, ...query }) =>
      copyTable(opened.get(checkpoint).model, query, names, format),
    'tensors.export': async ({ checkpoint, format, offset, limit, ...query }) =>
      exportTable(opened.get(checkpoint).model, query, format, offset, limit),
    'ranks.page': async ({ checkpoint, ...request }) => {
      const { model, strategy } = opened.get(checkpoint);
      return ranksPage(model, strategy, request);
    },
    'tensor.detail': async ({ checkpoint, name }) => tensorDetail(opened.get(checkpoint).model, name),
    ...valuesMethods({ opened, looking: reading, working, send, withSignal }),
    'job.plan': async (input, call) =>
      withSignal(call, async (signal) => {
        // A dialog asks again with every option changed; the job itself opens anew and sees what changed on disk.
        const known = input.job === 'convert' || input.job === 'salvage' ? undefined : opened.find(input);
        const source = known ?? (await openSource(input, signal));
        return preview(source, input, { readStrategy: strategyReader(signal), roots: info.roots, threads });
      }),
    'job.start': async (input, call) => {
      const source = await withSignal(call, (signal) => openSource(input, signal));
      return jobs.add(input.job, { doing: input.job, ...sourceOf(source) }, (job) =>
        outputs.of(run(source, input, { ...jobContext(job), readStrategy: strategyReader(job.signal) })),
      );
    },
    'saves.report': async ({ checkpoint }, call) => {
      const source = opened.get(checkpoint);
      return withSignal(call, (signal) => savesReport(source, openContext(source.summary.path, signal)));
    },
    'redundancy.report': async ({ checkpoint, filter }) => {
      const source = opened.get(checkpoint);
      requireStrategy(source);
      return redundancyReport(source.model, source.strategy, parseFilter(filter).bind(source.model));
    },
    'verify.start': async (input, call) => {
      const source = await withSignal(call, (signal) => open(input, signal));
      if (input.only !== undefined) requireStrategy(source);
      const doing = input.only === undefined ? 'verify' : 'compare-copies';
      return jobs.add('verify', { doing, ...sourceOf(source) }, (job) =>
        runVerify(source, jobContext(job), input.only),
      );
    },
    ...compareMethods({ jobs, pool: working, looking: reading, open, withSignal }),
    ...layoutMethods(opened),
    ...filesMethods({ opened, pool: reading, roots, withSignal }),
    'strategy.read': ({ path }, call) =>
      withSignal(call, async (signal) => (await strategyReader(signal)(path)).summary),
    'strategy.save': (input, call) => {
      const saved = withSignal(call, (signal) => saveStrategy(input, { pool: reading, signal, roots }));
      return input.dryRun ? saved : outputs.of(saved);
    },
    'strategy.author': (input, call) => {
      const saved = withSignal(call, async (signal) =>
        saveAuthoredStrategy(await open(input, signal), input, { pool: working, signal, roots }),
      );
      return input.dryRun ? saved : outputs.of(saved);
    },
    'jobs.list': async () => ({ jobs: jobs.list() }),
    'jobs.cancel': async ({ job }) => {
      await jobs.cancel(job);
      return null;
    },
    'jobs.dismiss': async ({ job }) => {
      jobs.dismiss(job);
      return null;
    },
  };

  return {
    implementation,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      await jobs.close();
      await Promise.all([reading.close(), working.close(), recent.settled()]);
    },
  };
}

/** Links in files are checked against real places, so the roots must be real ones too. */
function realRoot(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    return resolve(root);
  }
}

/** The folder and, of several saves, the one that is open. */
function sourceOf({ summary: { path, saves, suffix } }: OpenCheckpoint) {
  const save = saves.find((candidate) => candidate.suffix === suffix);
  const folder = basename(path);
  if (save?.step === undefined) return { folder };
  const { epoch, step } = save;
  return { folder, save: { suffix: save.suffix, step, ...(epoch !== undefined && { epoch }) } };
}

/** Gives `run` a signal that is aborted when the caller cancels. */
async function withSignal<T>({ signal }: CallContext, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  listenTo(signal, abort);
  try {
    return await run(controller.signal);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function listenTo(signal: AbortSignalLike, abort: () => void): void {
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort);
}

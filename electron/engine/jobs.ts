import { randomBytes } from 'node:crypto';
import type { EngineEvent } from '../../shared/calls.ts';
import { asFault, refuse } from '../../shared/errors.ts';
import { subjectTitle } from '../../shared/job-title.ts';
import {
  isSettled,
  type JobKind,
  type JobPhase,
  type JobProgress,
  type JobResult,
  type JobState,
  type JobSubject,
} from '../../shared/jobs.ts';
import { Rate } from './rate.ts';

export type JobEvent = Extract<EngineEvent, { type: 'job' | 'job-dismissed' }>;

/** What a job's work gets. It throws CANCELLED after the signal aborted, when everything is cleaned up. */
export interface JobContext {
  readonly signal: AbortSignal;
  onProgress(progress: { phase: JobPhase; bytesDone: number; bytesTotal: number }): void;
}

interface Job {
  state: JobState;
  readonly run: (context: JobContext) => Promise<JobResult>;
  readonly abort: AbortController;
  readonly settled: Promise<void>;
  readonly settle: () => void;
  readonly rate: Rate;
  /** When listeners last heard of the job (milliseconds of `performance.now`), and what will tell them next. */
  toldAt: number;
  telling?: NodeJS.Timeout | undefined;
}

const MOST_QUEUED = 100;
/** Settled jobs that are remembered until dismissed; beyond, the oldest are forgotten. */
const MOST_SETTLED = 100;
const EVENT_INTERVAL_MS = 100;

/**
 * Runs jobs in the order they were added, one at a time unless told otherwise (two copies at once on one drive
 * are slower than one after the other). Every change is an event with the job's whole state; events of one job
 * come at most ten a second, except that a change from queued to running to settled is told at once.
 */
export class JobQueue {
  readonly #jobs = new Map<string, Job>();
  readonly #listeners = new Set<(event: JobEvent) => void>();
  readonly #atOnce: number;
  #running = 0;
  #closed = false;

  constructor(options: { readonly atOnce?: number } = {}) {
    this.#atOnce = options.atOnce ?? 1;
  }

  /** Queues a job. Refuses API_BUSY when 100 wait already, or the queue is closed. */
  add(kind: JobKind, named: string | JobSubject, run: (context: JobContext) => Promise<JobResult>): JobState {
    const waiting = this.#with('queued').length;
    if (this.#closed || waiting >= MOST_QUEUED)
      refuse(
        'API_BUSY',
        this.#closed
          ? 'Shardscope is closing and takes no more jobs.'
          : `${waiting} jobs are waiting already.`,
        this.#closed ? 'Start it again.' : 'Wait until some are done, or cancel some.',
      );
    let settle = () => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const state: JobState = {
      id: randomBytes(16).toString('hex'),
      kind,
      ...(typeof named === 'string' ? { title: named } : { title: subjectTitle(named), subject: named }),
      startedAt: Date.now(),
      progress: { phase: 'planning', bytesDone: 0, bytesTotal: 0, rate: 0 },
      state: 'queued',
    };
    const job: Job = {
      state,
      run,
      abort: new AbortController(),
      settled,
      settle,
      rate: new Rate(),
      toldAt: 0,
    };
    this.#jobs.set(state.id, job);
    this.#tell(job);
    this.#startNext();
    return job.state;
  }

  /** All jobs not dismissed, oldest first. */
  list(): JobState[] {
    return [...this.#jobs.values()].map((job) => job.state);
  }

  /** Cancels a job and returns when it is settled and cleaned up; a settled one stays as it is. */
  async cancel(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined)
      refuse('API_INPUT', 'There is no such job.', 'List the jobs again.', { found: id });
    if (job.state.state === 'queued') {
      job.abort.abort();
      this.#settle(job, { ...baseOf(job.state), state: 'cancelled' });
    } else if (job.state.state === 'running') {
      this.#change(job, { ...job.state, state: 'cancelling' });
      job.abort.abort();
    }
    await job.settled;
  }

  /** Forgets a settled job; one already forgotten is no error, as two windows may dismiss the same. */
  dismiss(id: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    if (!isSettled(job.state))
      refuse('API_INPUT', `"${job.state.title}" is not over yet.`, 'Cancel it first.', {
        found: job.state.state,
      });
    this.#jobs.delete(id);
    this.#send({ type: 'job-dismissed', job: id });
  }

  /** Calls `listener` with every event until the returned function is called. */
  listen(listener: (event: JobEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes no more jobs, cancels all, and returns when the last is cleaned up. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#jobs.keys()].map((id) => this.cancel(id)));
  }

  #with(state: JobState['state']): Job[] {
    return [...this.#jobs.values()].filter((job) => job.state.state === state);
  }

  #startNext(): void {
    for (const job of this.#with('queued')) {
      if (this.#running >= this.#atOnce) return;
      this.#running++;
      this.#change(job, { ...baseOf(job.state), startedAt: Date.now(), state: 'running' });
      void this.#work(job);
    }
  }

  async #work(job: Job): Promise<void> {
    let last: JobState;
    try {
      const { signal } = job.abort;
      const result = await job.run({ signal, onProgress: (progress) => this.#progress(job, progress) });
      last = { ...baseOf(job.state), state: 'done', result };
    } catch (error) {
      const fault = asFault(error);
      const cancelled = job.abort.signal.aborted && fault.code === 'CANCELLED';
      last = cancelled
        ? { ...baseOf(job.state), state: 'cancelled' }
        : { ...baseOf(job.state), state: 'failed', fault };
    }
    this.#running--;
    this.#settle(job, last);
    this.#startNext();
  }

  #progress(job: Job, { phase, bytesDone, bytesTotal }: Omit<JobProgress, 'rate' | 'secondsLeft'>): void {
    if (isSettled(job.state)) return;
    const rate = job.rate.measure(performance.now(), bytesDone);
    const left = bytesTotal - bytesDone;
    const progress: JobProgress = {
      phase,
      bytesDone,
      bytesTotal,
      rate,
      ...(rate > 0 && left > 0 && { secondsLeft: left / rate }),
    };
    job.state = { ...job.state, progress };
    const wait = job.toldAt + EVENT_INTERVAL_MS - performance.now();
    if (wait <= 0) this.#tell(job);
    else job.telling ??= setTimeout(() => this.#tell(job), wait);
  }

  #settle(job: Job, state: JobState): void {
    this.#change(job, state);
    job.settle();
    const settled = [...this.#jobs.values()].filter(({ state }) => isSettled(state));
    for (const old of settled.slice(0, -MOST_SETTLED)) this.dismiss(old.state.id);
  }

  #change(job: Job, state: JobState): void {
    job.state = state;
    this.#tell(job);
  }

  #tell(job: Job): void {
    clearTimeout(job.telling);
    job.telling = undefined;
    job.toldAt = performance.now();
    this.#send({ type: 'job', job: job.state });
  }

  #send(event: JobEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function baseOf({ id, kind, title, subject, startedAt, progress }: JobState) {
  return { id, kind, title, ...(subject && { subject }), startedAt, progress };
}

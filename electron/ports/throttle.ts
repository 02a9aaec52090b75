import type { EngineEvent } from '../../shared/calls.ts';
import { isSettled } from '../../shared/jobs.ts';
import type { Served } from '../../shared/rpc/serve.ts';

/** Ten a second is as fast as a progress bar is read. */
const INTERVAL_MS = 100;

/**
 * Thins a job's progress out, once, at the host's edge: at most one state a job and interval, the latest.
 * A change of state (running → done) and every other event pass at once, after what was held back, so that
 * order is kept and the last state always arrives.
 */
export function throttled(served: Served, intervalMs = INTERVAL_MS): Served {
  return {
    implementation: served.implementation,
    listen(listener) {
      const thin = new JobThrottle(listener, intervalMs);
      const stop = served.listen((event) => thin.take(event));
      return () => {
        stop();
        thin.stop();
      };
    },
  };
}

type JobEvent = Extract<EngineEvent, { type: 'job' }>;

class JobThrottle {
  private readonly jobs = new Map<
    string,
    { last: JobEvent; waiting: JobEvent | undefined; timer: NodeJS.Timeout }
  >();
  private readonly listener: (event: EngineEvent) => void;
  private readonly intervalMs: number;

  constructor(listener: (event: EngineEvent) => void, intervalMs: number) {
    this.listener = listener;
    this.intervalMs = intervalMs;
  }

  take(event: EngineEvent): void {
    if (event.type !== 'job' && event.type !== 'job-dismissed') {
      this.listener(event);
      return;
    }
    const id = event.type === 'job' ? event.job.id : event.job;
    const held = this.jobs.get(id);
    if (event.type === 'job' && held?.last.job.state === event.job.state) {
      held.waiting = event;
      return;
    }
    if (held) {
      clearTimeout(held.timer);
      this.jobs.delete(id);
      if (held.waiting) this.listener(held.waiting);
    }
    this.listener(event);
    if (event.type === 'job' && !isSettled(event.job)) this.hold(event);
  }

  stop(): void {
    for (const { timer } of this.jobs.values()) clearTimeout(timer);
    this.jobs.clear();
  }

  private hold(last: JobEvent): void {
    const timer = setTimeout(() => this.release(last.job.id), this.intervalMs);
    this.jobs.set(last.job.id, { last, waiting: undefined, timer });
  }

  private release(id: string): void {
    const held = this.jobs.get(id);
    this.jobs.delete(id);
    if (!held?.waiting) return;
    this.listener(held.waiting);
    this.hold(held.waiting);
  }
}

import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { asFault, refuse } from '../../shared/errors.ts';
import type { JobResult, JobState } from '../../shared/jobs.ts';
import { type JobContext, type JobEvent, JobQueue } from './jobs.ts';
import { Rate } from './rate.ts';

const result: JobResult = {
  out: '/out',
  files: [],
  tensors: 1,
  bytes: 2,
  seconds: 3,
  verified: true,
  warnings: [],
};

/** Runs until released or aborted; cleaning up takes 50 ms. */
function work(): {
  run: (context: JobContext) => Promise<JobResult>;
  release: () => void;
  cleaned: () => boolean;
} {
  let release = () => {};
  let cleaned = false;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return {
    release: () => release(),
    cleaned: () => cleaned,
    run: async ({ signal }) => {
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await Promise.race([released, aborted]);
      if (!signal.aborted) return result;
      await wait(50);
      cleaned = true;
      return refuse('CANCELLED', 'cancelled', 'again');
    },
  };
}

function record(queue: JobQueue): { states: (id: string) => string[]; events: JobEvent[] } {
  const events: JobEvent[] = [];
  queue.listen((event) => events.push(event));
  return {
    events,
    states: (id) =>
      events.flatMap((event) => (event.type === 'job' && event.job.id === id ? [event.job.state] : [])),
  };
}

function stateOf(queue: JobQueue, { id }: JobState): JobState['state'] | undefined {
  return queue.list().find((job) => job.id === id)?.state;
}

test('jobs run one at a time, in order, and their results arrive as states', async () => {
  const queue = new JobQueue();
  const seen = record(queue);
  const [first, second] = [work(), work()];
  const a = queue.add('merge', 'first', first.run);
  const b = queue.add('merge', 'second', second.run);
  expect(a.id).toMatch(/^[0-9a-f]{32}$/);
  expect([a.state, b.state]).toEqual(['running', 'queued']);
  first.release();
  await wait(10);
  expect([stateOf(queue, a), stateOf(queue, b)]).toEqual(['done', 'running']);
  second.release();
  await wait(10);
  expect(queue.list().at(-1)).toMatchObject({ state: 'done', result });
  expect(seen.states(a.id)).toEqual(['queued', 'running', 'done']);
  expect(seen.states(b.id)).toEqual(['queued', 'running', 'done']);
});

test('cancelling settles when the cleaning up is done; a queued job never starts', async () => {
  const queue = new JobQueue();
  const seen = record(queue);
  const running = work();
  const a = queue.add('merge', 'runs', running.run);
  const b = queue.add('merge', 'waits', () => expect.unreachable('it started'));
  await queue.cancel(b.id);
  expect(stateOf(queue, b)).toBe('cancelled');
  await queue.cancel(a.id);
  expect(running.cleaned()).toBe(true);
  expect(seen.states(a.id)).toEqual(['queued', 'running', 'cancelling', 'cancelled']);
  await queue.cancel(a.id);
  expect(await queue.cancel('none').catch(asFault)).toMatchObject({ code: 'API_INPUT' });
});

test('a fault makes a job failed, with the fault as data, and the next one starts', async () => {
  const queue = new JobQueue();
  queue.add('merge', 'fails', async () => refuse('OUT_SPACE', 'full', 'free some'));
  queue.add('merge', 'works', async () => result);
  await wait(10);
  expect(queue.list()).toMatchObject([
    { state: 'failed', fault: { code: 'OUT_SPACE', message: 'full', advice: 'free some' } },
    { state: 'done' },
  ]);
});

test('a failure while cancelling is told, as something may be left', async () => {
  const queue = new JobQueue();
  const job = queue.add('merge', 'fails late', async ({ signal }) => {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    return refuse('OUT_WRITE', 'broken', 'check');
  });
  await queue.cancel(job.id);
  expect(queue.list()).toMatchObject([{ state: 'failed', fault: { code: 'OUT_WRITE' } }]);
});

test('a hundred jobs may wait, no more', async () => {
  const queue = new JobQueue();
  const blocker = work();
  queue.add('merge', 'blocks', blocker.run);
  for (let i = 0; i < 100; i++) queue.add('merge', `waits ${i}`, async () => result);
  expect(() => queue.add('merge', 'too many', async () => result)).toThrow('100 jobs are waiting');
  // 128 random bits: nobody guesses the job of another.
  const ids = queue.list().map(({ id }) => id);
  expect(ids.filter((id) => !/^[0-9a-f]{32}$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(101);
  await queue.close();
  expect(queue.list().filter(({ state }) => state === 'cancelled').length).toBe(100);
  expect(blocker.cleaned()).toBe(true);
  expect(() => queue.add('merge', 'late', async () => result)).toThrow('closing');
});

test('events come at most ten a second while running, and the last progress always arrives', async () => {
  const queue = new JobQueue();
  const seen = record(queue);
  const job = queue.add('merge', 'talks', async ({ onProgress }) => {
    for (let i = 1; i <= 100; i++) {
      onProgress({ phase: 'copying', bytesDone: i * 1000, bytesTotal: 100_000 });
      await wait(5);
    }
    return result;
  });
  const release = work();
  queue.add('merge', 'next', release.run);
  await wait(250);
  const [half] = queue.list();
  expect(half?.progress.bytesDone).toBeGreaterThan(0);
  while (stateOf(queue, job) !== 'done') await wait(20);
  const told = seen.events.filter((event) => event.type === 'job' && event.job.id === job.id);
  expect(told.length).toBeGreaterThan(4);
  expect(told.length).toBeLessThan(14);
  expect(told.at(-1)).toMatchObject({ job: { state: 'done', progress: { bytesDone: 100_000 } } });
  await queue.close();
});

test('progress that stops changing is told once more after the interval', async () => {
  const queue = new JobQueue();
  const seen = record(queue);
  const blocker = work();
  queue.add('merge', 'stalls', (context) => {
    for (const bytesDone of [1, 2, 3]) context.onProgress({ phase: 'copying', bytesDone, bytesTotal: 3 });
    return blocker.run(context);
  });
  await wait(200);
  expect(seen.events.at(-1)).toMatchObject({ job: { state: 'running', progress: { bytesDone: 3 } } });
  await queue.close();
});

test('a settled job can be dismissed, also twice; a running one cannot', async () => {
  const queue = new JobQueue();
  const seen = record(queue);
  const blocker = work();
  const job = queue.add('verify', 'check', blocker.run);
  expect(() => queue.dismiss(job.id)).toThrow('not over yet');
  await queue.cancel(job.id);
  queue.dismiss(job.id);
  queue.dismiss(job.id);
  expect(queue.list()).toEqual([]);
  expect(seen.events.filter(({ type }) => type === 'job-dismissed')).toEqual([
    { type: 'job-dismissed', job: job.id },
  ]);
});

test('the rate is that of the last three seconds', () => {
  const rate = new Rate();
  expect(rate.measure(0, 0)).toBe(0);
  expect(rate.measure(100, 50)).toBe(0);
  expect(rate.measure(1000, 1000)).toBe(1000);
  for (let at = 2000; at <= 10_000; at += 1000) rate.measure(at, at);
  expect(rate.measure(13_000, 10_000 + 3 * 500)).toBeCloseTo(500);
});

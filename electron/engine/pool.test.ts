import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asFault, refuse } from '../../shared/errors.ts';
import { type StandIn, WorkerPool } from './pool.ts';

/** A worker that does what the first path of its task says, to see what the pool makes of it. */
const script = `
import { parentPort, resourceLimits } from 'node:worker_threads';
parentPort.on('message', (task) => {
  const [what, argument] = task.paths;
  if (what === 'answer') parentPort.postMessage({ ok: true, value: argument });
  if (what === 'young') parentPort.postMessage({ ok: true, value: resourceLimits.maxYoungGenerationSizeMb });
  if (what === 'sleep') setTimeout(() => parentPort.postMessage({ ok: true, value: argument }), Number(argument));
  if (what === 'refuse') parentPort.postMessage({ ok: false, fault: { code: 'IO_READ', message: 'm', advice: 'a' } });
  if (what === 'throw') throw new Error('out of the blue');
  if (what === 'exit') process.exit(3);
});
`;

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shardscope-pool-'));
  path = join(folder, 'worker.mjs');
  writeFileSync(path, script);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function ask(pool: WorkerPool, what: string, argument = '', signal?: AbortSignal): Promise<unknown> {
  return pool.run({ type: 'read-headers', paths: [what, argument] }, signal);
}

test('tasks run on no more threads than asked for, and each gets its own answer', async () => {
  const pool = new WorkerPool(2, path);
  const begun = performance.now();
  const answers = await Promise.all(['100', '101', '102', '103'].map((ms) => ask(pool, 'sleep', ms)));
  expect(answers).toEqual(['100', '101', '102', '103']);
  expect(performance.now() - begun).toBeGreaterThan(200);
  await pool.close();
});

test('garbage of a thread is collected before it makes up a good part of the memory', async () => {
  const pool = new WorkerPool(1, path);
  expect(await ask(pool, 'young')).toBe(3);
  await pool.close();
});

test('any number of tasks may wait for one signal: Node prints no warning of a leak', async () => {
  const warnings: Error[] = [];
  const keep = (warning: Error) => warnings.push(warning);
  process.on('warning', keep);
  const pool = new WorkerPool(1, path);
  const { signal } = new AbortController();
  await Promise.all(Array.from({ length: 40 }, () => ask(pool, 'answer', 'yes', signal)));
  await pool.close();
  process.off('warning', keep);
  expect(warnings).toEqual([]);
});

test.each([
  ['throw', /out of the blue/],
  ['exit', /ended without a word/],
])('a thread that dies (%s) fails its own task only, and is replaced', async (what, words) => {
  const pool = new WorkerPool(1, path);
  const [lost, next] = await Promise.allSettled([ask(pool, what), ask(pool, 'answer', 'yes')]);
  const fault = asFault(lost?.status === 'rejected' ? lost.reason : undefined);
  expect(fault.code).toBe('INTERNAL');
  expect(fault.message).toMatch(words);
  expect(next).toEqual({ status: 'fulfilled', value: 'yes' });
  await pool.close();
});

test('a script that is missing is one clear failure for each task', async () => {
  const pool = new WorkerPool(2, join(folder, 'missing.mjs'));
  for (const outcome of await Promise.allSettled([ask(pool, 'answer'), ask(pool, 'answer')]))
    expect(asFault(outcome.status === 'rejected' && outcome.reason).message).toContain('missing.mjs');
  await pool.close();
});

test('a refusal crosses as the fault that it is', async () => {
  const pool = new WorkerPool(1, path);
  expect(await ask(pool, 'refuse').catch(asFault)).toEqual({ code: 'IO_READ', message: 'm', advice: 'a' });
  await pool.close();
});

test('aborting drops what waits at once, and lets what runs end', async () => {
  const pool = new WorkerPool(1, path);
  const abort = new AbortController();
  const running = ask(pool, 'sleep', '200', abort.signal);
  const waiting = ask(pool, 'answer', 'never', abort.signal).catch(asFault);
  const other = ask(pool, 'answer', 'other');
  abort.abort();
  expect(await waiting).toMatchObject({ code: 'CANCELLED' });
  expect(await running).toBe('200');
  expect(await other).toBe('other');
  expect(await ask(pool, 'answer', 'late', abort.signal).catch(asFault)).toMatchObject({ code: 'CANCELLED' });
  await pool.close();
});

test('closing settles everything', async () => {
  const pool = new WorkerPool(1, path);
  const all = [ask(pool, 'sleep', '10000'), ask(pool, 'answer')].map((task) => task.catch(asFault));
  await pool.close();
  for (const outcome of await Promise.all(all)) expect(outcome).toMatchObject({ code: 'CANCELLED' });
  expect(await ask(pool, 'answer').catch(asFault)).toMatchObject({ code: 'CANCELLED' });
});

/** A pool whose thread is up when it has answered once. */
async function poolThatIsUp(): Promise<WorkerPool> {
  const pool = new WorkerPool(1, path);
  await ask(pool, 'answer');
  return pool;
}

const standIn: StandIn = {
  handlers: { 'read-headers': ({ paths: [what = ''] }) => doHere(what) },
  isLittle: (task) => task.type === 'read-headers' && task.paths[1] !== 'much',
};
function doHere(what: string): { files: []; headers: [] } {
  if (what === 'busy') for (const until = performance.now() + 40; performance.now() < until; );
  if (what === 'refuse') refuse('IO_READ', 'refused here', 'a');
  return { files: [], headers: [] };
}
const here = { files: [], headers: [] };

test('the caller’s thread stands in until another is up, and no longer', async () => {
  const pool = new WorkerPool(1, path);
  pool.standIn(standIn);
  const asked = ask(pool, 'answer', 'by a thread');
  expect(await asked).toEqual(here);
  expect(await ask(pool, 'refuse').catch(asFault)).toMatchObject({
    code: 'IO_READ',
    message: 'refused here',
  });
  // What it does not know is a thread's, which is then up for all.
  const other = pool.run({ type: 'read-starts', paths: ['answer', 'by a thread'], length: 1 });
  expect(await other).toBe('by a thread');
  expect(await ask(pool, 'answer', 'by a thread')).toBe('by a thread');
  await pool.close();

  const more = new WorkerPool(1, path);
  more.standIn(standIn);
  expect(await ask(more, 'answer')).toEqual(here);
  expect(await ask(more, 'answer', 'much')).toBe('much');
  await more.close();

  const up = await poolThatIsUp();
  up.standIn(standIn);
  expect(await ask(up, 'answer', 'by a thread')).toBe('by a thread');
  await up.close();
});

test('what takes long is given to threads, which are started for it; what waits can be dropped', async () => {
  const pool = new WorkerPool(2, path);
  pool.standIn(standIn);
  const controller = new AbortController();
  const [, dropped] = [ask(pool, 'busy'), ask(pool, 'answer', '', controller.signal)];
  controller.abort();
  expect(await dropped.catch(asFault)).toMatchObject({ code: 'CANCELLED' });
  expect(await ask(pool, 'answer', 'by a thread')).toEqual(here);
  await expect.poll(() => ask(pool, 'answer', 'by a thread')).toBe('by a thread');
  await pool.close();
});

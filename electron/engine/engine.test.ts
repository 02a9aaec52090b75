import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { EngineEvent } from '../../shared/calls.ts';
import { asFault } from '../../shared/errors.ts';
import { isSettled, type JobState } from '../../shared/jobs.ts';
import { createEngine, type Engine } from './engine.ts';
import { callOf } from './sample-engine.ts';

const FIXTURES = join(import.meta.dirname, '../../test/fixtures');
const scratch = mkdtempSync(join(tmpdir(), 'shardscope-engine-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const engines: Engine[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

/** An engine with its inputs checked as `serve` does, and all its events. */
function start(more: { stateFolder?: string; roots?: readonly string[] } = {}) {
  const { stateFolder, roots = [] } = more;
  const engine = createEngine({
    threads: 2,
    info: { host: 'test', platform: 'linux', roots, readOnly: false },
    ...(stateFolder !== undefined && { stateFolder }),
  });
  engines.push(engine);
  const events: EngineEvent[] = [];
  engine.listen((event) => events.push(event));
  const settled = (id: string) =>
    new Promise<JobState>((resolve) => {
      const hear = (event: EngineEvent) => {
        if (event.type === 'job' && event.job.id === id && isSettled(event.job)) resolve(event.job);
      };
      events.forEach(hear);
      engine.listen(hear);
    });
  return { engine, events, call: callOf(engine), settled };
}

test('opens, pages through tensors, explains one, closes', async () => {
  const { call, events } = start();
  const { id, kind } = await call('checkpoint.open', { path: join(FIXTURES, 'dp2_mp4') });
  expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(kind).toBe('training-output');
  const opening = events.filter((event) => event.type === 'opening');
  expect(opening.at(-1)).toMatchObject({ path: join(FIXTURES, 'dp2_mp4'), filesRead: 8, filesTotal: 8 });

  const page = await call('tensors.page', {
    checkpoint: id,
    view: 'flat',
    filter: 'lm_head',
    offset: 0,
    limit: 10,
  });
  expect(page).toMatchObject({ totalRows: 3, matching: 3, tensorCount: 122 });
  expect(page.rows.map((row) => row.name)).toEqual([
    'adam_m.lm_head.weight',
    'adam_v.lm_head.weight',
    'lm_head.weight',
  ]);
  expect(
    (await call('tensors.names', { checkpoint: id, view: 'flat', filter: 'lm_head' })).names,
  ).toHaveLength(3);
  expect(
    (await call('tensors.copy', { checkpoint: id, format: 'json', names: ['lm_head.weight'] })).count,
  ).toBe(1);
  const detail = await call('tensor.detail', { checkpoint: id, name: 'lm_head.weight' });
  expect(detail).toMatchObject({ dtype: 'BF16', shape: [48, 16] });
  expect(detail.slices).toHaveLength(4);

  await call('checkpoint.close', { checkpoint: id });
  expect(
    await call('tensor.detail', { checkpoint: id, name: 'x' }).then(
      () => '',
      (e) => asFault(e).code,
    ),
  ).toBe('API_NOT_OPEN');
});

test('the least recently used of more than 16 checkpoints is closed', async () => {
  const { call } = start();
  const path = join(FIXTURES, 'hf_llama');
  const first = await call('checkpoint.open', { path });
  const second = await call('checkpoint.open', { path });
  for (let i = 0; i < 14; i++) await call('checkpoint.open', { path });
  await call('tensors.names', { checkpoint: first.id });
  await call('checkpoint.open', { path });
  await call('tensors.names', { checkpoint: first.id });
  expect(
    await call('tensors.names', { checkpoint: second.id }).then(
      () => '',
      (e) => asFault(e).code,
    ),
  ).toBe('API_NOT_OPEN');
});

test('merges: the plan first, then the job with its events and files', async () => {
  const { call, settled, events } = start();
  const out = join(scratch, 'merged');
  const input = { job: 'merge', path: join(FIXTURES, 'dp2_mp2_pp2'), out } as const;
  expect(await call('job.plan', input)).toMatchObject({ out, tensors: 122, outExists: false });
  const job = await call('job.start', input);
  expect(job).toMatchObject({ kind: 'merge', title: 'Merging step 10 of dp2_mp2_pp2' });
  expect(await settled(job.id)).toMatchObject({ state: 'done', result: { out, verified: true } });
  expect(events.some((event) => event.type === 'job')).toBe(true);
  expect((await call('checkpoint.open', { path: out })).tensorCount).toBe(122);
  expect((await call('jobs.list', {})).jobs.map(({ id }) => id)).toEqual([job.id]);
  await call('jobs.dismiss', { job: job.id });
  expect((await call('jobs.list', {})).jobs).toEqual([]);
});

test('verifies as a job; for a path that cannot be opened there is no job, only its fault', async () => {
  const { call, settled } = start();
  const sound = await call('verify.start', { path: join(FIXTURES, 'training_output') });
  expect(await settled(sound.id)).toMatchObject({
    state: 'done',
    result: { verified: true, problems: [{ code: 'STEPS_DIFFER' }] },
  });
  const none = call('verify.start', { path: join(scratch, 'none') });
  expect(
    await none.then(
      () => '',
      (e) => asFault(e).code,
    ),
  ).toBe('IO_NOT_FOUND');
  expect((await call('jobs.list', {})).jobs).toHaveLength(1);
});

test('remembers what was opened, across engines; an unreadable state folder hurts nothing', async () => {
  const stateFolder = join(scratch, 'state');
  const path = join(FIXTURES, 'hf_llama');
  const first = start({ stateFolder });
  await first.call('checkpoint.open', { path });
  await first.engine.close();
  expect(JSON.parse(readFileSync(join(stateFolder, 'recent.json'), 'utf8'))).toEqual({ recent: [path] });
  const second = start({ stateFolder });
  expect(await second.call('app.info', {})).toMatchObject({ recent: [path], host: 'test' });
  await second.call('recent.remove', { path });
  expect((await second.call('app.info', {})).recent).toEqual([]);

  writeFileSync(join(scratch, 'file'), '');
  const third = start({ stateFolder: join(scratch, 'file') });
  await third.call('checkpoint.open', { path });
  expect((await third.call('app.info', {})).recent).toEqual([path]);
  await third.engine.close();
});

test('lists folders in natural order, with what is a checkpoint, within the roots', async () => {
  const root = join(scratch, 'browse');
  for (const name of ['run_10/rank_0', 'run_2/checkpoint/rank_0', 'notes', '.hidden'])
    mkdirSync(join(root, name), { recursive: true });
  writeFileSync(join(root, 'a.safetensors'), 'x');
  const { call } = start({ roots: [root] });
  const listing = await call('folder.list', {});
  expect(listing.entries.map(({ name, type, checkpoint }) => [name, type, checkpoint])).toEqual([
    ['notes', 'folder', false],
    ['run_2', 'folder', true],
    ['run_10', 'folder', true],
    ['a.safetensors', 'file', true],
  ]);
  expect(listing).toMatchObject({ path: root, roots: [root], truncated: false });
  expect(listing.parent).toBeUndefined();
  expect((await call('folder.list', { path: join(root, 'run_2') })).parent).toBe(root);
  expect(
    await call('folder.list', { path: join(root, 'a.safetensors') }).then(
      () => '',
      (e) => asFault(e).code,
    ),
  ).toBe('IO_NOT_REGULAR');
});

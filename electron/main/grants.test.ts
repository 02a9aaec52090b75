import { mkdir, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { fakeEngine } from '../../test/contract/fake-engine.ts';
import { memoryPorts } from '../ports/memory.ts';
import { hostGuard } from '../server/guard.ts';
import { Grants, granting } from './grants.ts';

let base: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'shardscope-grants-')));
  for (const name of ['run/rank_0', 'run-other', 'recent'])
    await mkdir(join(base, name), { recursive: true });
  await symlink(join(base, 'run-other'), join(base, 'run', 'link'));
});
afterAll(() => rm(base, { recursive: true }));

/** The page's client, the engine behind it, and what is granted between them. */
function page() {
  const [engineNear, engineFar] = memoryPorts();
  serve(engineFar, fakeEngine({ recent: [join(base, 'recent')] }));
  const grants = new Grants();
  const [near, far] = memoryPorts();
  serve(far, granting(connect(engineNear), grants), { guard: hostGuard(grants.limits) });
  const client = connect(near);
  const may = async (path: string) => {
    const listed = await client.call('folder.list', { path }).catch(asFault);
    return 'code' in listed ? listed.code : 'allowed';
  };
  const mayWrite = async (out: string) => {
    const planned = await client
      .call('job.plan', { job: 'merge', path: join(base, 'run'), out })
      .catch(asFault);
    return 'code' in planned ? planned.code : 'allowed';
  };
  return { grants, client, may, mayWrite };
}

test('nothing is granted at first', async () => {
  const { may } = page();
  expect(await may(base)).toBe('API_FORBIDDEN');
  expect(await may('/')).toBe('API_FORBIDDEN');
});

test('a folder is granted with what is in it, and not with what it links to', async () => {
  const { grants, may } = page();
  await grants.read(join(base, 'run'));
  expect(await may(join(base, 'run'))).toBe('allowed');
  expect(await may(join(base, 'run', 'rank_0'))).toBe('allowed');
  expect(await may(join(base, 'run', 'link'))).toBe('API_FORBIDDEN');
  expect(await may(join(base, 'run-other'))).toBe('API_FORBIDDEN');
  expect(await may(`${base}/run/../run-other`)).toBe('API_FORBIDDEN');
  expect(await may(base)).toBe('API_FORBIDDEN');
});

test('reading grants no writing; a chosen output may be written and looked at', async () => {
  const { grants, may, mayWrite } = page();
  await grants.read(join(base, 'run'));
  expect(await mayWrite(join(base, 'run'))).toBe('API_FORBIDDEN');
  await grants.write(join(base, 'chosen'));
  expect(await mayWrite(join(base, 'chosen'))).toBe('allowed');
  expect(await mayWrite(join(base, 'chosen-not'))).toBe('API_FORBIDDEN');
  expect(await may(join(base, 'chosen'))).toBe('allowed');
});

test('the folder that a plan proposes may be written', async () => {
  const { grants, client, mayWrite } = page();
  await grants.read(join(base, 'run'));
  expect(await mayWrite(join(base, 'run-merged'))).toBe('API_FORBIDDEN');
  expect((await client.call('job.plan', { job: 'merge', path: join(base, 'run') })).out).toBe(
    join(base, 'run-merged'),
  );
  expect(await mayWrite(join(base, 'run-merged'))).toBe('allowed');
});

test('so may the file that is proposed for a strategy', async () => {
  const { grants, client, mayWrite } = page();
  const path = join(base, 'run');
  await grants.read(path);
  for (const out of [`${path}-merged.ckpt`, `${path}-authored.ckpt`])
    expect(await mayWrite(out)).toBe('API_FORBIDDEN');
  expect((await client.call('strategy.save', { path })).out).toBe(`${path}-merged.ckpt`);
  expect(await mayWrite(`${path}-merged.ckpt`)).toBe('allowed');
  expect(await mayWrite(`${path}-authored.ckpt`)).toBe('API_FORBIDDEN');
  await client.call('strategy.author', { path, dataParallel: 1, modelParallel: 1 });
  expect(await mayWrite(`${path}-authored.ckpt`)).toBe('allowed');
});

test('the recent list may be opened', async () => {
  const { client, may } = page();
  expect(await may(join(base, 'recent'))).toBe('API_FORBIDDEN');
  await client.call('app.info', {});
  expect(await may(join(base, 'recent'))).toBe('allowed');
});

test('only what a job wrote is an output', async () => {
  const { grants } = page();
  await grants.output(join(base, 'chosen'));
  expect(grants.isOutput(join(base, 'chosen'))).toBe(true);
  expect(grants.isOutput(join(base, 'chosen', 'part0.safetensors'))).toBe(true);
  expect(grants.isOutput(join(base, 'run'))).toBe(false);
  expect(grants.isOutput(`${base}/chosen/../run`)).toBe(false);
});

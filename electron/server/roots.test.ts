import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import { hostGuard, rootLimits } from './guard.ts';
import { isUnder, realPlace } from './roots.ts';

let base: string;

beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'shardscope-roots-')));
  for (const name of ['data/run', 'data-evil', 'elsewhere'])
    await mkdir(join(base, name), { recursive: true });
  await writeFile(join(base, 'elsewhere', 'secret'), '');
  await symlink(join(base, 'elsewhere'), join(base, 'data', 'out'));
  await symlink(join(base, 'data', 'run'), join(base, 'data', 'in'));
  await symlink(join(base, 'elsewhere', 'new'), join(base, 'data', 'dangling'));
  await symlink('loop', join(base, 'data', 'loop'));
});

afterAll(() => rm(base, { recursive: true }));

const codeOf = (run: void | Promise<void>) =>
  Promise.resolve(run).then(
    () => 'allowed',
    (error: unknown) => asFault(error).code,
  );

test.each([
  ['data', 'allowed'],
  ['data/', 'allowed'],
  ['data/run', 'allowed'],
  ['data/in', 'allowed'],
  ['data/in/not-there/yet', 'allowed'],
  ['data/./run', 'allowed'],
  ['data/%2e%2e/elsewhere', 'allowed'], // a name like any other: nobody decodes paths
  ['data-evil', 'API_FORBIDDEN'],
  ['elsewhere/secret', 'API_FORBIDDEN'],
  ['elsewhere/not-there', 'API_FORBIDDEN'],
  ['data/../elsewhere', 'API_FORBIDDEN'],
  ['data/run/../../elsewhere', 'API_FORBIDDEN'],
  ['data/not-there/../../elsewhere', 'API_FORBIDDEN'],
  ['data/in/../..', 'API_FORBIDDEN'],
  ['data/out', 'API_FORBIDDEN'],
  ['data/out/secret', 'API_FORBIDDEN'],
  ['data/out/new', 'API_FORBIDDEN'],
  ['data/dangling', 'API_FORBIDDEN'],
  ['data/dangling/deeper', 'API_FORBIDDEN'],
  ['data/loop', 'API_FORBIDDEN'],
  ['', 'API_FORBIDDEN'],
])('with the root data, %s is %s', async (path, expected) => {
  const guard = hostGuard(rootLimits([join(base, 'data')], false));
  const full = `${base}/${path}`;
  expect(await codeOf(guard('checkpoint.open', { path: full }))).toBe(expected);
  expect(await codeOf(guard('checkpoint.open', { path: join(base, 'data'), strategy: full }))).toBe(expected);
  expect(await codeOf(guard('job.plan', { job: 'merge', path: join(base, 'data'), out: full }))).toBe(
    expected,
  );
});

test.each([
  'data',
  './data',
  '..',
  'C:\\data',
  '/etc/passwd\0.safetensors',
  '//etc/passwd',
  '/',
  '~',
  'file:///etc',
])('what is no path under a root is refused: %j', async (path) => {
  const guard = hostGuard(rootLimits([join(base, 'data')], false));
  expect(await codeOf(guard('folder.list', { path }))).toBe('API_FORBIDDEN');
});

test('a refusal names the path and the way out, and no more', async () => {
  const guard = hostGuard(rootLimits([join(base, 'data')], false));
  const error = await Promise.resolve(guard('folder.list', { path: '/etc/shadow' })).catch(asFault);
  expect(error).toMatchObject({ code: 'API_FORBIDDEN', file: '/etc/shadow' });
  expect(JSON.stringify(error)).toContain('--root');
});

test('without roots any path may be used, in what form it may be', async () => {
  const guard = hostGuard(rootLimits([], false));
  expect(await codeOf(guard('folder.list', { path: '/etc' }))).toBe('allowed');
  expect(await codeOf(guard('folder.list', {}))).toBe('allowed');
  expect(await codeOf(guard('folder.list', { path: 'etc' }))).toBe('API_FORBIDDEN');
});

test('read-only refuses what changes or writes, and nothing else', async () => {
  const guard = hostGuard(rootLimits([], true));
  expect(await codeOf(guard('job.start', { job: 'merge', path: base, out: join(base, 'new') }))).toBe(
    'API_FORBIDDEN',
  );
  expect(await codeOf(guard('job.plan', { job: 'merge', path: base, out: join(base, 'new') }))).toBe(
    'API_FORBIDDEN',
  );
  expect(await codeOf(guard('jobs.cancel', { job: 'x' }))).toBe('API_FORBIDDEN');
  expect(await codeOf(guard('recent.remove', {}))).toBe('API_FORBIDDEN');
  expect(await codeOf(guard('job.plan', { job: 'merge', path: base }))).toBe('allowed');
  expect(await codeOf(guard('checkpoint.open', { path: base }))).toBe('allowed');
  expect(await codeOf(guard('jobs.list', {}))).toBe('allowed');
});

test('under means by whole names', () => {
  expect(isUnder('/data', '/data')).toBe(true);
  expect(isUnder('/data/..x', '/data')).toBe(true);
  expect(isUnder('/data-evil', '/data')).toBe(false);
  expect(isUnder('/', '/data')).toBe(false);
  expect(isUnder('/anything', '/')).toBe(true);
});

test('the real place of a path that does not exist yet has its links followed', async () => {
  expect(await realPlace(join(base, 'data', 'in', 'a', 'b'))).toBe(join(base, 'data', 'run', 'a', 'b'));
  expect(await realPlace(join(base, 'elsewhere', 'secret', 'under-a-file'))).toBe(
    join(base, 'elsewhere', 'secret', 'under-a-file'),
  );
});

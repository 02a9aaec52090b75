import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { RecentPaths } from './recent.ts';
import { SampleMounts } from './sample-mounts.ts';

const scratch = mkdtempSync(join(tmpdir(), 'shardscope-recent-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const mounts = new SampleMounts();

test('newest first, each once, at most 100; written whole and nothing beside', async () => {
  const told: (readonly string[])[] = [];
  const recent = new RecentPaths(scratch, (paths) => told.push(paths));
  for (let i = 0; i < 105; i++) await recent.add(`/data/${i}`);
  await recent.add('/data/10');
  await recent.settled();
  const list = await recent.list();
  expect(list).toHaveLength(100);
  expect(list.slice(0, 3)).toEqual(['/data/10', '/data/104', '/data/103']);
  expect(new Set(list).size).toBe(100);
  expect(JSON.parse(readFileSync(join(scratch, 'recent.json'), 'utf8'))).toEqual({ recent: list });
  expect(readdirSync(scratch)).toEqual(['recent.json']);
  expect(told.at(-1)).toEqual(list);
  await recent.keep((path) => path !== '/data/10');
  expect((await recent.list())[0]).toBe('/data/104');
  await recent.keep(() => false);
  expect(await recent.list()).toEqual([]);
  expect(told.at(-1)).toEqual([]);
  await recent.settled();
});

test('on a full disk the file stays as it was, and what is opened is known until the end', async (context) => {
  const volume = join(scratch, 'volume');
  mounts.tmpfs(context, volume, '64k');
  const recent = new RecentPaths(volume);
  await recent.add('/data/a');
  await recent.settled();
  mounts.fill(volume);
  await recent.add('/data/b');
  await recent.settled();
  expect(await recent.list()).toEqual(['/data/b', '/data/a']);
  expect(await new RecentPaths(volume).list()).toEqual(['/data/a']);
  expect(readdirSync(volume).sort()).toEqual(['ballast', 'recent.json']);
});

test('a damaged file counts as empty', async () => {
  writeFileSync(join(scratch, 'recent.json'), '{"recent": [1, 2');
  expect(await new RecentPaths(scratch).list()).toEqual([]);
});

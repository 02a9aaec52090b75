import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPath } from './start-path.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shardscope-start-'));
  for (const name of ['a.safetensors', '--load-extension=evil', 'ü b'])
    await writeFile(join(folder, name), '');
});
afterAll(() => rm(folder, { recursive: true }));

test('the first thing that exists is the path, from the working folder', () => {
  expect(startPath(['a.safetensors'], folder)).toBe(join(folder, 'a.safetensors'));
  expect(startPath(['--inspect', 'missing', 'ü b', 'a.safetensors'], folder)).toBe(join(folder, 'ü b'));
  expect(startPath([folder], '/')).toBe(folder);
  expect(startPath(['./--load-extension=evil'], folder)).toBe(join(folder, '--load-extension=evil'));
});

test.each([
  [[]],
  [['']],
  [['--load-extension=evil']],
  [['-x']],
  [['missing']],
  [['a.safetensors\0']],
  [['x'.repeat(5000)]],
  [['file:///etc/passwd']],
  [['shardscope://open?path=/etc/passwd']],
  [['javascript:alert(1)']],
  [[7, null, undefined, { path: '/etc' }, ['/etc']]],
])('%j is no path', (candidates: readonly unknown[]) => {
  expect(startPath(candidates, folder)).toBeUndefined();
});

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import type { Plan } from '../../shared/plan/plan.ts';
import type { Place } from './output-place.ts';
import { publish } from './publish.ts';

vi.mock('node:fs/promises', async (original) => {
  const own = await original<typeof import('node:fs/promises')>();
  return { ...own, rename: vi.fn(own.rename) };
});

const plan: Plan = {
  ...{ job: 'merge', sources: [], moves: [], warnings: [] },
  outputs: ['part0.safetensors', 'part1.safetensors'].map((path) => ({
    ...{ path, literals: [], size: 3, tensorCount: 0 },
  })),
  texts: [{ path: 'param_name_map.json', text: 'new' }],
};
const options = { fsync: false, report: false };

let folder = '';
let work = '';
let target = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shardscope-publish-'));
  work = join(folder, 'work');
  target = join(folder, 'out');
  mkdirSync(work);
  for (const { path } of [...plan.outputs, ...plan.texts]) writeFileSync(join(work, path), 'new');
});
afterEach(() => rmSync(folder, { recursive: true }));

const place = (existing: Place['existing'], parent = folder): Place => ({
  ...{ target, existing, parent, base: 'out', leave: async () => {} },
});
const faultOf = (work: Promise<unknown>) => work.then(() => undefined, asFault);

test('the new output has the mode of the folder that it replaces, and the old one waits to be removed', async () => {
  mkdirSync(target);
  writeFileSync(join(target, 'part0.safetensors'), 'old');
  chmodSync(target, 0o750);
  const aside = await publish(plan, work, place('content'), options);
  expect(statSync(target).mode & 0o7777).toBe(0o750);
  expect(readFileSync(join(target, 'part0.safetensors'), 'utf8')).toBe('new');
  expect(readFileSync(join(aside ?? '', 'part0.safetensors'), 'utf8')).toBe('old');
});

test('where the new output cannot take its name, the old one has it again', async () => {
  mkdirSync(target);
  writeFileSync(join(target, 'part0.safetensors'), 'old');
  // The folder above cannot be moved into itself.
  expect(await faultOf(publish(plan, folder, place('content'), options))).toMatchObject({
    code: 'OUT_WRITE',
  });
  expect(readdirSync(folder).sort()).toEqual(['out', 'work']);
  expect(readFileSync(join(target, 'part0.safetensors'), 'utf8')).toBe('old');
});

test('what came to the output meanwhile is not replaced', async () => {
  mkdirSync(target);
  writeFileSync(join(target, 'part0.safetensors'), 'of another job');
  expect(await faultOf(publish(plan, work, place('nothing'), options))).toMatchObject({ code: 'OUT_EXISTS' });
  expect(readFileSync(join(target, 'part0.safetensors'), 'utf8')).toBe('of another job');
});

test('file by file, the index comes last: whoever finds it finds all that it names', async () => {
  mkdirSync(target);
  vi.mocked(rename).mockClear();
  await publish(plan, work, place('empty', target), options);
  expect(vi.mocked(rename).mock.calls.map(([, to]) => basename(String(to)))).toEqual([
    ...['part0.safetensors', 'part1.safetensors', 'param_name_map.json'],
  ]);
  expect(readdirSync(target)).toHaveLength(3);
});

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codePath, loadBundle } from './code-cache.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shardscope-code-'));
  path = join(folder, 'bundle.cjs');
  writeFileSync(
    path,
    'const { basename } = require("node:path"); exports.name = () => basename(__filename);',
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What the bundle says of itself. */
function run(): unknown {
  const { exports } = loadBundle(path);
  return (exports as { name(): string }).name();
}

test('a bundle runs without code, with its own, and with what is none', () => {
  expect(run()).toBe('bundle.cjs');
  const bundle = loadBundle(path);
  expect(existsSync(codePath(path))).toBe(false);
  bundle.keepCode();
  expect(existsSync(codePath(path))).toBe(true);
  expect(run()).toBe('bundle.cjs');
  writeFileSync(codePath(path), 'not code');
  expect(run()).toBe('bundle.cjs');
});

test('what is not ASCII is what it was', () => {
  writeFileSync(path, 'exports.name = () => "2×4 … 7".split(/[×…]/).length;');
  expect(run()).toBe(3);
  loadBundle(path).keepCode();
  expect(run()).toBe(3);
});

test('code of another bundle is not taken, of one as long either', () => {
  const saying = (word: string) =>
    writeFileSync(path, `const word = ${JSON.stringify(word)}; exports.name = () => word;`);
  saying('here');
  loadBundle(path).keepCode();
  for (const word of ['else', 'another']) {
    saying(word);
    expect(run()).toBe(word);
  }
});

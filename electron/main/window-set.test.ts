import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SampleMounts } from '../engine/sample-mounts.ts';
import { readWindows, storeWindows } from './window-set.ts';

let folder = '';
vi.mock('electron', () => ({
  app: { getPath: () => folder },
  screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
}));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shardscope-windows-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const mounts = new SampleMounts();

const window = { name: '1', x: 10, y: 20, width: 800, height: 600, maximized: false };

test('windows come back where they were, but for those that no display shows', () => {
  expect(readWindows()).toEqual([]);
  storeWindows([window, { ...window, name: '2', x: 5000 }]);
  expect(readWindows()).toEqual([window]);
  expect(readdirSync(folder)).toEqual(['windows.json']);
});

test.each(['', '{"windows": [', '{"windows": [{"name": "../x"}]}', 'null'])(
  'a file of %j has none',
  (text) => {
    writeFileSync(join(folder, 'windows.json'), text);
    expect(readWindows()).toEqual([]);
  },
);

test('on a full disk the file stays as it was', (context) => {
  mounts.tmpfs(context, folder, '64k');
  storeWindows([window]);
  const before = readFileSync(join(folder, 'windows.json'), 'utf8');
  mounts.fill(folder);
  storeWindows([{ ...window, x: 300 }]);
  expect(readFileSync(join(folder, 'windows.json'), 'utf8')).toBe(before);
  expect(readWindows()).toEqual([window]);
});

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import { OpenFiles } from './open-files.ts';

/** How many files this process may have open, and has. */
const files = vi.hoisted(() => ({ most: Number.POSITIVE_INFINITY, open: new Set<number>() }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    openSync: (path: string, flags: string) => {
      if (files.open.size >= files.most) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' });
      const fd = real.openSync(path, flags);
      files.open.add(fd);
      return fd;
    },
    closeSync: vi.fn((fd: number) => {
      files.open.delete(fd);
      real.closeSync(fd);
    }),
  };
});

let folder = '';
let paths: string[] = [];
beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'shardscope-open-files-'));
  paths = Array.from({ length: 200 }, (_, i) => join(folder, String(i)));
  for (const path of paths) fs.writeFileSync(path, path);
});
afterAll(() => fs.rmSync(folder, { recursive: true }));
beforeEach(() => {
  files.most = Number.POSITIVE_INFINITY;
});

function textOf(fd: number, path: string): string {
  const bytes = Buffer.alloc(path.length);
  fs.readSync(fd, bytes, 0, bytes.length, 0);
  return bytes.toString();
}

test('the least recently used of more than 128 is closed', () => {
  const open = new OpenFiles();
  for (const path of paths) {
    open.output(paths[0] ?? '', 'r+');
    expect(textOf(open.output(path, 'r+'), path)).toBe(path);
  }
  expect(files.open.size).toBe(128);
  const [first] = paths;
  expect(textOf(open.output(first ?? '', 'r+'), first ?? '')).toBe(first);
  open.close();
  expect(files.open.size).toBe(0);
});

test('where fewer files may be open, fewer are, and some are left to others', () => {
  files.most = 10;
  const open = new OpenFiles();
  for (const path of [...paths, ...paths]) expect(textOf(open.output(path, 'r+'), path)).toBe(path);
  expect(files.open.size).toBe(5);
  open.close();
});

test('where not one file may be open, that is the fault', () => {
  files.most = 0;
  const open = new OpenFiles();
  try {
    open.output(paths[0] ?? '', 'r+');
    expect.unreachable();
  } catch (error) {
    expect(asFault(error)).toMatchObject({ code: 'IO_READ', found: 'EMFILE', file: paths[0] });
  }
});

test('all are closed, also where closing one fails, and the file that was written to is named', () => {
  const open = new OpenFiles();
  for (const path of paths.slice(0, 4)) open.output(path, 'r+');
  vi.mocked(fs.closeSync).mockImplementationOnce((fd) => {
    files.open.delete(fd);
    throw Object.assign(new Error('EDQUOT'), { code: 'EDQUOT' });
  });
  try {
    open.close();
    expect.unreachable();
  } catch (error) {
    expect(asFault(error)).toMatchObject({ code: 'OUT_SPACE', found: 'EDQUOT', file: paths[0] });
  }
  expect(files.open.size).toBe(0);
});

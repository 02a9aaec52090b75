import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { publishFile } from './publish-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shardscope-publish-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = new TextEncoder().encode('new');
const at = (...names: string[]) => join(folder, ...names);

test('makes the folders on the way and leaves nothing beside the file', async () => {
  await publishFile(at('a', 'b', 'file'), bytes, { overwrite: false, sources: [] });
  expect(readFileSync(at('a', 'b', 'file'), 'utf8')).toBe('new');
  expect(readdirSync(at('a', 'b'))).toEqual(['file']);
});

test('a taken name is refused and kept, replaced with overwrite', async () => {
  writeFileSync(at('file'), 'old');
  const refused = publishFile(at('file'), bytes, { overwrite: false, sources: [] });
  await expect(refused).rejects.toMatchObject({ fault: { code: 'OUT_EXISTS', file: at('file') } });
  expect(readFileSync(at('file'), 'utf8')).toBe('old');
  await publishFile(at('file'), bytes, { overwrite: true, sources: [at('gone')] });
  expect(readFileSync(at('file'), 'utf8')).toBe('new');
});

test('a link is followed and stays a link; a source behind it is not replaced', async () => {
  writeFileSync(at('file'), 'old');
  symlinkSync('file', at('link'));
  const refused = publishFile(at('link'), bytes, { overwrite: true, sources: [at('file')] });
  await expect(refused).rejects.toMatchObject({ fault: { code: 'OUT_IS_SOURCE' } });
  await publishFile(at('link'), bytes, { overwrite: true, sources: [] });
  expect(readFileSync(at('file'), 'utf8')).toBe('new');
  expect(
    readdirSync(folder, { withFileTypes: true })
      .find(({ name }) => name === 'link')
      ?.isSymbolicLink(),
  ).toBe(true);
});

test('a source is not replaced, whatever it is called: a hard link, a path with ..', async () => {
  writeFileSync(at('file'), 'old');
  mkdirSync(at('folder'));
  linkSync(at('file'), at('twin'));
  for (const name of [at('twin'), `${folder}/folder/../file`]) {
    const refused = publishFile(name, bytes, { overwrite: true, sources: [at('file')] });
    await expect(refused).rejects.toMatchObject({ fault: { code: 'OUT_IS_SOURCE' } });
  }
  expect(readFileSync(at('file'), 'utf8')).toBe('old');
});

test('a folder is not replaced by a file', async () => {
  mkdirSync(at('folder'));
  const refused = publishFile(at('folder'), bytes, { overwrite: true, sources: [] });
  await expect(refused).rejects.toMatchObject({ fault: { code: 'OUT_EXISTS' } });
  expect(readdirSync(folder)).toEqual(['folder']);
});

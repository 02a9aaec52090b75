import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { asFault } from '../../../shared/errors.ts';
import { whereModesStop } from '../sample-modes.ts';
import { poolAndFolder } from '../sample-pool.ts';
import { openCheckpoint } from './open.ts';

const TEST = join(import.meta.dirname, '../../../test');
const { pool, folder: scratch } = poolAndFolder();
const open = (path: string) => openCheckpoint({ path }, { pool });
const faultOf = async (path: string) => open(path).then(() => undefined, asFault);

interface Case {
  readonly file: string;
  readonly valid: boolean;
}
/** Taken by the library and refused here, as two readers could disagree about them (docs/formats.md). */
const STRICTER = new Set([
  'dup_tensor_same.safetensors',
  'dup_tensor_last_wins_ok.safetensors',
  'dup_tensor_by_escape.safetensors',
  'entry_as_array.safetensors',
  'dtype_as_map.safetensors',
]);

describe('the malformed corpus', () => {
  const { cases } = JSON.parse(readFileSync(join(TEST, 'malformed/cases.json'), 'utf8')) as {
    cases: readonly Case[];
  };
  test.each(cases)('$file: valid is $valid', async ({ file, valid }) => {
    const path = join(TEST, 'malformed', file);
    if (valid && !STRICTER.has(file)) {
      expect((await open(path)).summary.kind).toBe('file');
      return;
    }
    const fault = await faultOf(path);
    expect(fault?.code).toMatch(/^ST_/);
    expect(fault?.file).toBe(path);
    expect(fault?.message).not.toMatch(/[\0\r\n]/);
    expect(fault?.advice).not.toBe('');
  });

  test('all of them in one folder: refused as no one checkpoint', async () => {
    expect(await faultOf(join(TEST, 'malformed'))).toMatchObject({ code: 'CP_UNKNOWN_KIND' });
  });
});

describe('what is no regular file', () => {
  test('a named pipe is refused at once, not waited for', async () => {
    const pipe = join(scratch, 'pipe.safetensors');
    execFileSync('mkfifo', [pipe]);
    expect(await faultOf(pipe)).toMatchObject({ code: 'IO_NOT_REGULAR', file: pipe, found: 'a named pipe' });
    const folder = join(scratch, 'ranks');
    cpSync(join(TEST, 'fixtures/dp2_mp4/checkpoint'), folder, { recursive: true });
    rmSync(join(folder, 'rank_2/llama_tiny_rank_2-1_10.safetensors'));
    rmSync(join(folder, 'rank_2/meta.json'));
    execFileSync('mkfifo', [
      join(folder, 'rank_2/llama_tiny_rank_2-1_10.safetensors'),
      join(folder, 'rank_2/meta.json'),
    ]);
    const { summary, damaged } = await open(folder);
    expect(damaged).toMatchObject([{ code: 'IO_NOT_REGULAR', rank: 2 }]);
    expect(summary.problems.map(({ code }) => code)).toContain('META_MISMATCH');
  });

  test('a folder, a socket, a device, a loop of links, nothing at all', async () => {
    const folder = join(scratch, 'folder.safetensors');
    mkdirSync(folder);
    expect(await faultOf(folder)).toMatchObject({ code: 'IO_NOT_REGULAR', found: 'a folder' });
    const socket = join(scratch, 'socket.safetensors');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    expect(await faultOf(socket)).toMatchObject({ code: 'IO_NOT_REGULAR', file: socket });
    server.close();
    expect(await faultOf('/dev/zero')).toMatchObject({ code: 'IO_NOT_REGULAR' });
    const loop = join(scratch, 'loop.safetensors');
    symlinkSync(loop, loop);
    expect(await faultOf(loop)).toMatchObject({ code: 'IO_NOT_FOUND', file: loop });
    expect(await faultOf(join(scratch, 'none.safetensors'))).toMatchObject({ code: 'IO_NOT_FOUND' });
    expect(await faultOf(`${scratch}/a\0b`)).toMatchObject({ code: 'IO_NOT_FOUND' });
  });

  test('empty files', async () => {
    for (const name of ['empty.safetensors', 'empty.ckpt']) writeFileSync(join(scratch, name), '');
    expect((await faultOf(join(scratch, 'empty.safetensors')))?.code).toBe('ST_TOO_SHORT');
    expect((await faultOf(join(scratch, 'empty.ckpt')))?.code).toBe('CK_WIRE');
  });

  test('a file that may not be read', async (context) => {
    const secret = join(scratch, 'secret.safetensors');
    writeFileSync(secret, 'x');
    chmodSync(secret, 0);
    await whereModesStop(context, scratch, async () => {
      expect(await faultOf(secret)).toMatchObject({ code: 'IO_PERMISSION', file: secret });
    });
  });
});

describe('folders that are no checkpoint', () => {
  test.each([
    [['pytorch_model.bin', 'config.json'], /pickled PyTorch weights \(1\)/],
    [['model.gguf'], /GGUF weights \(1\)/],
    [['a.png', 'b.png', 'c.txt'], /images \(2\) and texts \(1\)/],
    [[], /nothing/],
    [['latest_checkpointed_iteration.txt'], /newer checkpoint layout/],
  ])('%s: says what it looks like', async (names, says) => {
    const folder = mkdtempSync(join(scratch, 'other-'));
    for (const name of names) writeFileSync(join(folder, name), 'x');
    const fault = await faultOf(folder);
    expect(fault).toMatchObject({ code: 'CP_UNKNOWN_KIND', file: folder });
    expect(fault?.message).toMatch(says);
    expect(fault?.advice).toMatch(/rank_0, rank_1/);
  });

  test('rank folders without weights', async () => {
    const folder = join(scratch, 'bare');
    mkdirSync(join(folder, 'rank_0'), { recursive: true });
    expect(await faultOf(folder)).toMatchObject({ code: 'CP_EMPTY', file: folder });
  });

  test('a text that calls itself a checkpoint', async () => {
    writeFileSync(join(scratch, 'note.txt'), 'hello');
    expect((await faultOf(join(scratch, 'note.txt')))?.code).toBe('CP_UNKNOWN_KIND');
  });
});

test('opening can be cancelled', async () => {
  const abort = new AbortController();
  abort.abort();
  const path = join(TEST, 'fixtures/dp2_mp4');
  const fault = await openCheckpoint({ path }, { pool, signal: abort.signal }).then(() => undefined, asFault);
  expect(fault?.code).toBe('CANCELLED');
});

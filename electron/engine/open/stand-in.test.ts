import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needs } from '../../../test/needs.ts';
import { writeSparse } from './sample-sparse.ts';
import { standInForOpening } from './stand-in.ts';

const MiB = 1024 ** 2;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shardscope-little-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file of 1 GiB that says its header has as many bytes. */
function withHeader(name: string, bytes: number): string {
  const path = join(folder, name);
  const length = Buffer.alloc(9, '{');
  length.writeBigUInt64LE(BigInt(bytes));
  writeSparse(path, 1024 * MiB, [[0, length]]);
  return path;
}

function isLittle(...paths: string[]): boolean {
  return standInForOpening.isLittle({ type: 'read-headers', paths });
}

test('little is what the headers of all files together are, not the files', () => {
  const half = withHeader('half.safetensors', MiB / 2);
  const large = withHeader('large.safetensors', 90 * MiB);
  expect(isLittle(half)).toBe(true);
  expect(isLittle(half, half)).toBe(true);
  expect(isLittle(half, half, half)).toBe(false);
  expect(isLittle(large)).toBe(false);
  expect(standInForOpening.isLittle({ type: 'check-files', paths: [large] })).toBe(false);
  expect(standInForOpening.isLittle({ type: 'read-starts', paths: [large], length: 4096 })).toBe(true);
});

test('a .ckpt, an index and a strategy count with their size', () => {
  const path = join(folder, 'large.ckpt');
  const small = join(folder, 'small.ckpt');
  writeSparse(path, 2 * MiB, []);
  writeSparse(small, MiB / 2, []);
  expect(isLittle(path)).toBe(false);
  expect(isLittle(small)).toBe(true);
  expect(standInForOpening.isLittle({ type: 'read-strategy', paths: [small, small, small] })).toBe(false);
  expect(standInForOpening.isLittle({ type: 'read-index', path })).toBe(false);
  expect(standInForOpening.isLittle({ type: 'read-index', path: small })).toBe(true);
});

test('what is refused at once is little: no file, a folder, a header that cannot be', () => {
  expect(isLittle(join(folder, 'none.safetensors'), folder)).toBe(true);
  expect(isLittle(withHeader('impossible.safetensors', 2 ** 40))).toBe(true);
});

test('a pipe is not waited on', (context) => {
  needs(context, 'named pipes');
  const pipe = join(folder, 'pipe.ckpt');
  execFileSync('mkfifo', [pipe]);
  expect(isLittle(pipe)).toBe(true);
});

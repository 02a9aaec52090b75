import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parseHeader } from '../../../shared/safetensors/header.ts';
import { engineAndFolder } from '../sample-engine.ts';
import { writeSparse, writeSparseCheckpoint } from './sample-sparse.ts';

/** Files of a size that nobody reads as a whole: sparse ones, of which the drive keeps only what is written. */
const { folder, call } = engineAndFolder();
const path = (format: string) => join(folder, `huge.${format}`);
afterEach(() => {
  for (const format of ['safetensors', 'ckpt']) rmSync(path(format), { force: true });
});

const GiB = 1024 ** 3;

/** Opens it and reads the last values; that takes no more than a moment, and next to no memory. */
async function lastValues(file: string) {
  const before = process.memoryUsage().rss;
  const begun = performance.now();
  const { id, byteCount } = await call('checkpoint.open', { path: file });
  const { values } = await call('tensor.values', { checkpoint: id, name: 'w', slice: '-3:' });
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 ** 2);
  return { byteCount, values };
}

test.each([5 * GiB, 1024 * GiB])('a safetensors file of %i bytes', async (length) => {
  const header = Buffer.from(`{"w":{"dtype":"U8","shape":[${length}],"data_offsets":[0,${length}]}}`);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(header.length));
  const data = 8 + header.length;
  writeSparse(path('safetensors'), data + length, [
    [0, Buffer.concat([prefix, header])],
    [data + length - 3, Uint8Array.of(7, 8, 9)],
  ]);
  expect(await lastValues(path('safetensors'))).toEqual({ byteCount: length, values: [7, 8, 9] });
});

test('a .ckpt of 3 GiB with one tensor in values of 1 GiB', async () => {
  writeSparseCheckpoint(path('ckpt'), Uint8Array.of(7, 8, 9));
  expect(await lastValues(path('ckpt'))).toEqual({ byteCount: 3 * GiB, values: [7, 8, 9] });
});

test('a header of 100,000,000 bytes is read, the longest that the format allows', () => {
  const bytes = new Uint8Array(100_000_000).fill(0x20);
  bytes.set(Buffer.from('{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'));
  const begun = performance.now();
  expect(parseHeader(bytes, 8 + bytes.length + 1).tensors).toMatchObject([{ offset: 8 + bytes.length }]);
  expect(performance.now() - begun).toBeLessThan(5000);
});

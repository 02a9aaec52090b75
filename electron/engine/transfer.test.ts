import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { asFault } from '../../shared/errors.ts';
import { place, readFully, spanIn, transfersOf, writeFully } from './transfer.ts';

/** Every call moves at most three bytes, as a signal or a network drive may make it. */
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    readSync: vi.fn((fd: number, bytes: Uint8Array, at: number, length: number, position: number) =>
      real.readSync(fd, bytes, at, Math.min(3, length), position),
    ),
    writeSync: vi.fn((fd: number, bytes: Uint8Array, at: number, length: number, position: number) =>
      real.writeSync(fd, bytes, at, Math.min(3, length), position),
    ),
  };
});

let folder: string;
let path: string;
let fd: number;
beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'shardscope-transfer-'));
  path = join(folder, 'file');
  fs.writeFileSync(path, 'abcdefghijklmnopqrstuvwxyz');
  fd = fs.openSync(path, 'r+');
});
afterAll(() => {
  fs.closeSync(fd);
  fs.rmSync(folder, { recursive: true });
});

const of = (offset: number, length: number, at = 0) => ({ file: 0, tensor: 't', offset, length, at });

test('short reads and writes are completed', () => {
  const bytes = new Uint8Array(12);
  readFully(fd, path, bytes, of(5, 10, 1));
  expect(Buffer.from(bytes).toString()).toBe('\0fghijklmno\0');
  writeFully(fd, path, bytes, of(0, 10, 1));
  expect(fs.readFileSync(path, 'utf8')).toBe('fghijklmnoklmnopqrstuvwxyz');
});

test.each(['EINTR', 'EAGAIN'])('%s says no more than that the call is to be made again', (code) => {
  const again = () => {
    throw Object.assign(new Error(code), { code });
  };
  for (const call of [fs.readSync, fs.writeSync]) vi.mocked(call).mockImplementationOnce(again);
  const bytes = new Uint8Array(4);
  fs.writeFileSync(path, 'abcdefgh');
  readFully(fd, path, bytes, of(2, 4));
  writeFully(fd, path, bytes, of(4, 4));
  expect(fs.readFileSync(path, 'utf8')).toBe('abcdcdef');
  fs.writeFileSync(path, 'abcdefghijklmnopqrstuvwxyz');
});

test('a call that only ever says again is an error in the end', () => {
  vi.mocked(fs.readSync).mockImplementation(() => {
    throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' });
  });
  try {
    expect(() => readFully(fd, path, new Uint8Array(4), of(0, 4))).toThrow(/cannot be read: EAGAIN/);
  } finally {
    vi.mocked(fs.readSync).mockReset();
  }
});

test('a file that ends too early is refused with where it ends and in which tensor', () => {
  expect(() => readFully(fd, path, new Uint8Array(10), of(20, 10))).toThrow(/ends at byte 26, inside t/);
});

test('a write that makes no way is refused instead of repeated for ever', () => {
  vi.mocked(fs.writeSync).mockReturnValueOnce(0);
  try {
    writeFully(fd, path, new Uint8Array(10), of(0, 10));
    expect.unreachable();
  } catch (error) {
    expect(asFault(error)).toMatchObject({ code: 'OUT_WRITE', file: path });
  }
});

const piece = {
  tensor: 't',
  dtype: 'U8',
  shape: [10],
  box: { start: [0], extent: [10] },
  file: 0,
  byteLength: 10,
} as const;

test('a range of a tensor in several values is mapped over them', () => {
  const extents = [
    { offset: 100, length: 4 },
    { offset: 200, length: 4 },
    { offset: 300, length: 2 },
  ];
  const ranges = (offset: number, length: number) =>
    spanIn({ ...piece, offset: 100, extents }, { offset, length }).extents;
  expect(ranges(0, 10)).toEqual(extents);
  expect(ranges(3, 2)).toEqual([
    { offset: 103, length: 1 },
    { offset: 200, length: 1 },
  ]);
  expect(ranges(8, 2)).toEqual([{ offset: 300, length: 2 }]);
});

test('neighbours in a file are moved by one call, others begin at multiples of 8', () => {
  const spans = [40, 10, 20, 33].map((offset) => spanIn({ ...piece, offset }, { offset: 0, length: 10 }));
  expect(place(spans.slice(0, 3), 4)).toBe(42);
  expect(transfersOf(spans.slice(0, 3))).toEqual([of(10, 20, 8), of(40, 10, 32)]);
});

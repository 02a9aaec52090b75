import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** For tests: files of a size that nobody reads as a whole, of which the drive keeps only what is written. */
export function writeSparse(
  to: string,
  size: number,
  parts: readonly (readonly [at: number, bytes: Uint8Array])[],
): void {
  const fd = openSync(to, 'w');
  try {
    for (const [at, bytes] of parts) writeSync(fd, bytes, 0, bytes.length, at);
    ftruncateSync(fd, size);
  } finally {
    closeSync(fd);
  }
}

const GiB = 1024 ** 3;

/** A .ckpt with one tensor 'w', of 3 GiB in values of 1 GiB: zeros, and the last bytes as given. */
export function writeSparseCheckpoint(to: string, end: Uint8Array): void {
  const varint = (n: number): number[] => (n < 128 ? [n] : [(n % 128) | 128, ...varint(Math.floor(n / 128))]);
  const text = (words: string) => [words.length, ...Buffer.from(words)];
  const inner = [8, ...varint(3 * GiB), 0x12, ...text('UInt8'), 0x1a, ...varint(GiB)];
  const value = [0x0a, ...text('w'), 0x12, ...varint(inner.length + GiB), ...inner];
  const frame = Uint8Array.from([0x0a, ...varint(value.length + GiB), ...value]);
  const step = frame.length + GiB;
  writeSparse(to, 3 * step, [
    ...[0, step, 2 * step].map((at) => [at, frame] as const),
    [3 * step - end.length, end],
  ]);
}

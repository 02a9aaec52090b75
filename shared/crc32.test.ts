import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32Ahead, crc32OfZeros, crc32Text } from './crc32.ts';

test('the runs of any bytes add up to zlib’s CRC-32 of the whole, in any order', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 3000 }),
      fc.array(fc.nat(3000), { maxLength: 5 }),
      fc.boolean(),
      (bytes, cuts, backwards) => {
        const edges = [...new Set([0, ...cuts.filter((at) => at < bytes.length), bytes.length])];
        edges.sort((a, b) => a - b);
        const runs = edges.slice(1).map((end, i) => ({ start: edges[i] ?? 0, end }));
        if (backwards) runs.reverse();
        const sum = runs.reduce(
          (all, { start, end }) => all ^ crc32Ahead(crc32(bytes.subarray(start, end)), bytes.length - end),
          0,
        );
        expect(sum >>> 0).toBe(crc32(bytes));
      },
    ),
  );
});

test('a run with any number of bytes after it, up to 2^53: as with half of them, and then the other half', () => {
  const sum = crc32(new Uint8Array([1, 2, 3]));
  for (let half = 1; half < 2 ** 52; half *= 2)
    for (const odd of [0, 1])
      expect(crc32Ahead(crc32Ahead(sum, half), half + odd), `${half}`).toBe(crc32Ahead(sum, 2 * half + odd));
});

test('zeros', () => {
  for (const count of [0, 1, 2, 3, 20, 255, 256, 1_000_003])
    expect(crc32OfZeros(count)).toBe(crc32(new Uint8Array(count)));
});

test('text keeps leading zeros', () => {
  expect(crc32Text(0xab)).toBe('000000ab');
});

import { crc32 } from 'node:zlib';
import { bitsOf } from '../../shared/dtype.ts';
import type { Box } from '../../shared/layout/box.ts';
import type { Piece } from '../../shared/plan/piece.ts';
import { wholeBytes } from '../../shared/plan/tiles.ts';
import type { Memory } from './memory.ts';

/** A zlib call costs 170 ns, as much as the sum of 800 bytes: shorter runs are gathered, then summed at once. */
const LONG_RUN = 2048;

/**
 * CRC-32 of `part` (a box inside the piece's box) in row-major order, of a piece whose byte 0 would be at
 * address `at`. Finds each row from the box alone and not from the runs that copied it, so that a wrong run
 * gives another sum before and after. `scratch` is the address of free memory for the part's bytes. `sumOf` goes
 * on from a sum with whole elements: for a piece that is cast, it gives the sum of what they become.
 */
export function checksumOf(
  memory: Memory,
  piece: Piece,
  at: number,
  part: Box,
  scratch: number,
  sumOf: (bytes: Uint8Array, sum?: number) => number = crc32,
): number {
  const bits = bitsOf(piece.dtype);
  const { start, extent } = part;
  const { box } = piece;
  const strides: number[] = [];
  let stride = bits;
  for (let d = extent.length - 1; d >= 0; d--) {
    strides[d] = stride;
    stride *= box.extent[d] ?? 1;
  }
  // Dimensions from `inner` on lie together: all after it are whole in the piece.
  let inner = Math.max(0, extent.length - 1);
  while (inner > 0 && extent[inner] === box.extent[inner]) inner--;
  let first = 0;
  for (let d = 0; d < extent.length; d++)
    first += ((start[d] ?? 0) - (box.start[d] ?? 0)) * (strides[d] ?? 0);
  const run = wholeBytes(piece, (extent[inner] ?? 1) * (strides[inner] ?? bits));
  const begin = at + wholeBytes(piece, first);
  if (inner === 0) return sumOf(memory.bytes.subarray(begin, begin + run));

  const rows = extent[inner - 1] ?? 1;
  const rowStride = wholeBytes(piece, rows === 1 ? 0 : (strides[inner - 1] ?? 0));
  let sum = 0;
  let gathered = scratch;
  const visit = (d: number, address: number): void => {
    if (d < inner - 1) {
      const step = wholeBytes(piece, extent[d] === 1 ? 0 : (strides[d] ?? 0));
      for (let i = 0; i < (extent[d] ?? 1); i++) visit(d + 1, address + i * step);
    } else if (run >= LONG_RUN) {
      for (let row = 0, from = address; row < rows; row++, from += rowStride)
        sum = sumOf(memory.bytes.subarray(from, from + run), sum);
    } else {
      memory.copyRows(address, gathered, run, rows, rowStride, run);
      gathered += rows * run;
    }
  };
  visit(0, begin);
  return run >= LONG_RUN ? sum : sumOf(memory.bytes.subarray(scratch, gathered));
}

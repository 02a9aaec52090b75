import { expect, test } from 'vitest';
import type { Box } from '../layout/box.ts';
import type { Piece } from './piece.ts';
import { sliceMoves } from './slice-moves.ts';

/** A slice of a tensor of 4 rows and 6 columns. */
function piece(file: number, box: Box): Piece {
  return { tensor: 't', dtype: 'U8', shape: [4, 6], box, file, offset: 0, byteLength: 12 };
}

const left: Box = { start: [0, 0], extent: [4, 3] };
const right: Box = { start: [0, 3], extent: [4, 3] };
const upper: Box = { start: [0, 0], extent: [2, 6] };

test('slices that stay as they are go by themselves, each with its replicas, in the order of the outputs', () => {
  const [a, b] = [piece(0, left), piece(1, right)];
  const to = [piece(3, right), piece(0, left), piece(2, right)];
  expect(sliceMoves([a, b], to)).toEqual([
    { from: [b], to: [to[0], to[2]] },
    { from: [a], to: [to[1]] },
  ]);
});

test('one output that is put together of several slices keeps all together', () => {
  const from = [piece(0, left), piece(1, right)];
  const to = [piece(0, left), piece(1, upper)];
  expect(sliceMoves(from, to)).toEqual([{ from, to }]);
});

test('a slice that nobody wants is not read', () => {
  const [a, b] = [piece(0, left), piece(1, right)];
  expect(sliceMoves([a, b], [piece(0, left)])).toEqual([{ from: [a], to: [piece(0, left)] }]);
});

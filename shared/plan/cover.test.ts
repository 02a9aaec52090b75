import { expect, test } from 'vitest';
import { ShardscopeError } from '../errors.ts';
import type { Box } from '../layout/box.ts';
import { volume } from '../layout/box.ts';
import { coverTensor, subtract } from './cover.ts';
import type { Piece } from './piece.ts';

const box = (...ranges: [number, number][]): Box => ({
  start: ranges.map(([from]) => from),
  extent: ranges.map(([from, to]) => to - from),
});

function piece(rank: number, where: Box, stage = 0): Piece {
  return {
    tensor: 'w',
    dtype: 'F32',
    shape: [4, 6],
    box: where,
    file: rank,
    offset: 0,
    byteLength: volume(where.extent) * 4,
    rank,
    stage,
  };
}

const left = box([0, 4], [0, 3]);
const right = box([0, 4], [3, 6]);
const top = box([0, 2], [0, 6]);

test('one replica of each slice is chosen, the first one', () => {
  const chosen = coverTensor([piece(0, left), piece(1, right), piece(2, left), piece(3, right)]);
  expect(chosen.map((p) => p.rank)).toEqual([0, 1]);
});

test('a replica stands in for a missing rank', () => {
  expect(coverTensor([piece(0, left), piece(3, right)]).map((p) => p.rank)).toEqual([0, 3]);
});

test('a tied tensor is taken from a stage that has all of it', () => {
  const chosen = coverTensor([piece(0, left, 0), piece(4, top, 1), piece(5, box([2, 4], [0, 6]), 1)]);
  expect(chosen.map((p) => p.rank)).toEqual([4, 5]);
});

test('the whole stage is taken even where an incomplete one has the first of its boxes', () => {
  const chosen = coverTensor([piece(0, left, 0), piece(4, left, 1), piece(5, right, 1)]);
  expect(chosen.map((p) => p.rank)).toEqual([4, 5]);
});

test('pieces of two stages that are cut differently cover the tensor together', () => {
  const chosen = coverTensor([piece(0, left, 0), piece(4, top, 1), piece(9, box([2, 4], [2, 6]), 2)]);
  expect(chosen.map((p) => p.rank)).toEqual([0, 4, 9]);
});

test('a hole is refused with its place', () => {
  try {
    coverTensor([piece(0, left), piece(2, left)]);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ShardscopeError);
    expect((error as ShardscopeError).fault).toMatchObject({ code: 'SG_COVERAGE', tensor: 'w' });
    expect((error as ShardscopeError).message).toContain('nothing holds [0:4, 3:6]');
  }
});

test('what is left after subtracting is disjoint and has the right volume', () => {
  const rest = subtract(box([0, 4], [0, 6]), box([1, 3], [2, 4]));
  expect(rest.reduce((sum, b) => sum + volume(b.extent), 0)).toBe(24 - 4);
  expect(subtract(left, right)).toEqual([left]);
});

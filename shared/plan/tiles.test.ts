import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asFault } from '../errors.ts';
import { type Box, intersect, volume } from '../layout/box.ts';
import type { Piece } from './piece.ts';
import { spanOf, targetsOf, tilesOf } from './tiles.ts';

function piece(shape: readonly number[], box: Box, dtype: Piece['dtype'] = 'U8'): Piece {
  return { tensor: 't', dtype, shape, box, file: 0, offset: 0, byteLength: volume(box.extent) };
}

/** Boxes of a random grid over the shape. */
const grid = (shape: readonly number[]) =>
  fc
    .tuple(
      ...shape.map((n) => fc.uniqueArray(fc.integer({ min: 1, max: Math.max(1, n - 1) }), { maxLength: 3 })),
    )
    .map((cuts) => {
      let boxes: Box[] = [{ start: [], extent: [] }];
      shape.forEach((n, d) => {
        const edges = [0, ...(cuts[d] ?? []).filter((at) => at < n).sort((a, b) => a - b), n];
        boxes = boxes.flatMap((box) =>
          edges.slice(1).map((end, i) => ({
            start: [...box.start, edges[i] ?? 0],
            extent: [...box.extent, end - (edges[i] ?? 0)],
          })),
        );
      });
      return boxes;
    });

const move = fc
  .array(fc.integer({ min: 1, max: 12 }), { maxLength: 4 })
  .chain((shape) => fc.tuple(fc.constant(shape), grid(shape), grid(shape), fc.integer({ min: 0, max: 3 })));

test('tiles cover every output box once, in order, and have one run of bytes in every piece', () => {
  fc.assert(
    fc.property(move, fc.integer({ min: 1, max: 500 }), ([shape, sources, outputs, leftOut], maxBytes) => {
      const from = sources.map((box) => piece(shape, box));
      const to = outputs.filter((_, i) => i % 3 !== leftOut).map((box) => piece(shape, box));
      const tiles = tilesOf({ from, to }, maxBytes);
      for (const target of to) {
        let next = 0;
        for (const tile of tiles) {
          const common = intersect(target.box, tile);
          if (common === undefined) continue;
          const span = spanOf(target, common);
          expect(span.length).toBe(volume(common.extent));
          expect(span.offset).toBe(next);
          next += span.length;
        }
        expect(next).toBe(target.byteLength);
      }
      for (const tile of tiles) {
        const bytes = (pieces: Piece[]) =>
          pieces.reduce((sum, { box }) => sum + volume(intersect(box, tile)?.extent ?? [0]), 0);
        for (const source of from) {
          const common = intersect(source.box, tile);
          if (common) expect(spanOf(source, common).length).toBe(volume(common.extent));
        }
        if (maxBytes >= 1) expect(Math.max(bytes(from), bytes(to))).toBeLessThanOrEqual(maxBytes);
        for (const target of targetsOf({ from, to }, tile))
          expect(target.parts.reduce((sum, { box }) => sum + volume(box.extent), 0)).toBe(
            volume(target.box.extent),
          );
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  [
    'a tensor that fits is one tile',
    [4, 4],
    16,
    [
      [
        [0, 0],
        [4, 4],
      ],
    ],
  ],
  [
    'rows that fit are taken together',
    [5, 4],
    8,
    [
      [
        [0, 0],
        [2, 4],
      ],
      [
        [2, 0],
        [2, 4],
      ],
      [
        [4, 0],
        [1, 4],
      ],
    ],
  ],
  [
    'a row that does not fit is cut itself',
    [2, 4],
    3,
    [
      [
        [0, 0],
        [1, 3],
      ],
      [
        [0, 3],
        [1, 1],
      ],
      [
        [1, 0],
        [1, 3],
      ],
      [
        [1, 3],
        [1, 1],
      ],
    ],
  ],
  ['an empty tensor has no tile', [3, 0], 8, []],
  ['nor has one with more elements than numbers, times none', [2 ** 53, 2 ** 53, 2 ** 53, 0], 8, []],
  ['a scalar is one tile', [], 8, [[[], []]]],
])('%s', (_, shape, maxBytes, expected) => {
  const whole = piece(shape, { start: shape.map(() => 0), extent: shape });
  expect(
    tilesOf({ from: [whole], to: [whole] }, maxBytes).map(({ start, extent }) => [start, extent]),
  ).toEqual(expected);
});

test('replicas of a box count once', () => {
  const whole = piece([4, 4], { start: [0, 0], extent: [4, 4] });
  expect(tilesOf({ from: [whole], to: [whole, whole, whole] }, 16)).toHaveLength(1);
  expect(targetsOf({ from: [whole], to: [whole, whole, whole] }, whole.box)).toMatchObject([
    { pieces: [whole, whole, whole] },
  ]);
});

test('tiles of a packed dtype begin at whole bytes of each piece', () => {
  // Three 4-bit elements a row: every second row begins a byte.
  const whole = { ...piece([8, 3], { start: [0, 0], extent: [8, 3] }, 'F4'), byteLength: 12 };
  const tiles = tilesOf({ from: [whole], to: [whole] }, 5);
  expect(tiles.map(({ start }) => start[0])).toEqual([0, 2, 4, 6]);
  expect(tiles.map((tile) => spanOf(whole, tile))).toEqual(
    [0, 3, 6, 9].map((offset) => ({ offset, length: 3 })),
  );
});

test('a cut inside a byte is refused, naming the tensor and the cut', () => {
  const whole = { ...piece([8, 3], { start: [0, 0], extent: [8, 3] }, 'F6_E3M2'), byteLength: 18 };
  try {
    spanOf(whole, { start: [1, 0], extent: [1, 3] });
    expect.unreachable();
  } catch (error) {
    expect(asFault(error)).toMatchObject({ code: 'ST_MISALIGNED', tensor: 't', found: '18 bits' });
  }
});

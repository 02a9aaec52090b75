import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Piece } from './piece.ts';
import type { Plan } from './plan.ts';
import { joinSums, onlyFiles, shareOf, sharesOf } from './shares.ts';

const fileOf = (size: number, i = 0) => ({ path: `part${i}`, literals: [], size, tensorCount: 1 });

test('every file is in one share, and no share has more than the smallest and one file', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1000 })),
      fc.integer({ min: 1, max: 9 }),
      (sizes, count) => {
        const shares = sharesOf(sizes.map(fileOf), count);
        expect(shares).toHaveLength(count);
        expect(shares.flat().sort((a, b) => a - b)).toEqual([...sizes.keys()]);
        const bytes = shares.map((files) => files.reduce((sum, file) => sum + (sizes[file] ?? 0), 0));
        expect(Math.max(...bytes) - Math.min(...bytes)).toBeLessThanOrEqual(Math.max(0, ...sizes));
      },
    ),
  );
});

const piece = (tensor: string, file: number): Piece => ({
  ...{ tensor, file, dtype: 'U8', shape: [1], box: { start: [0], extent: [1] }, offset: 0, byteLength: 1 },
});

const crc = { format: 'ckpt', stored: 1 } as const;
const plan: Plan = {
  job: 'restore',
  sources: ['a', 'b'].map((path) => ({ path, size: 1, identity: '', crc })),
  outputs: [fileOf(3, 0), fileOf(5, 1), fileOf(4, 2)],
  texts: [{ path: 'index', text: '' }],
  moves: [
    { from: [piece('x', 0)], to: [piece('x', 0), piece('x', 2)] },
    { from: [piece('y', 1)], to: [piece('y', 1)] },
  ],
  warnings: [],
};

test('a plan for some files has their pieces, numbered anew, and checks only the sources that it reads', () => {
  const part = onlyFiles(plan, [0, 2]);
  expect(part.outputs.map(({ path }) => path)).toEqual(['part0', 'part2']);
  expect(part.moves).toEqual([{ from: [piece('x', 0)], to: [piece('x', 0), piece('x', 1)] }]);
  expect(part.sources.map((source) => source.crc)).toEqual([crc, undefined]);
  expect(part.texts).toEqual([]);
});

test('a copy on another rank that is compared on the way is read, too', () => {
  const replicas = [{ piece: piece('x', 0), before: 0, copies: [piece('x', 1)] }];
  const moves = plan.moves.map((move) => ({ ...move, replicas }));
  expect(onlyFiles({ ...plan, moves }, [0]).sources.map((source) => source.crc)).toEqual([crc, crc]);
});

test('sums of parts are put in the order of the whole plan, each piece and file with its own', () => {
  const sums = (pieces: number[], files: number[]) => ({ pieces: Uint32Array.from(pieces), files });
  // The pieces are x in file 0, x in file 2, y in file 1.
  const outer = { files: [0, 2], sums: sums([10, 12], [100, 102]) };
  const inner = { files: [1], sums: sums([11], [101]) };
  const whole = sums([10, 12, 11], [100, 101, 102]);
  expect(joinSums(plan, [outer, inner])).toEqual(whole);
  expect(joinSums(plan, [inner, { files: [1, 2], sums: sums([12, 11], [101, 102]) }, outer])).toEqual(whole);
  expect(joinSums(plan, [outer])).toBeUndefined();
});

test('shares are counted from 1; more shares than files leave some without', () => {
  expect(shareOf(plan, { index: 1, count: 2 }).outputs.map(({ path }) => path)).toEqual(['part1']);
  expect(shareOf(plan, { index: 2, count: 2 }).outputs.map(({ path }) => path)).toEqual(['part0', 'part2']);
  expect(shareOf(plan, { index: 4, count: 4 }).outputs).toEqual([]);
});

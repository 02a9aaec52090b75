import { expect, test } from 'vitest';
import type { Piece } from '../../shared/plan/piece.ts';
import type { Move, Plan } from '../../shared/plan/plan.ts';
import { portionsOf } from './schedule.ts';

const BUFFER = 64;
/** A task copies 128 buffers, each of which is one row here. */
const ROWS = 128;

/** A slice of rows as long as a buffer, at an offset of a file. */
function piece(file: number, offset: number, rows: number): Piece {
  const shape = [rows, BUFFER];
  const box = { start: [0, 0], extent: shape };
  return { tensor: `${file}+${offset}`, dtype: 'U8', shape, box, file, offset, byteLength: rows * BUFFER };
}

/** What each portion fills, as files and offset. */
function portions(moves: readonly Move[]): string[] {
  const plan: Plan = { job: 'dedupe', sources: [], outputs: [], texts: [], warnings: [], moves };
  return [...portionsOf(plan, BUFFER)].map((items) =>
    items
      .map(({ move: { to }, tiles }) => `${to.map(({ file }) => file)} at ${to[0]?.offset} × ${tiles.length}`)
      .join(', '),
  );
}

const moveTo = (...to: Piece[]): Move => ({ from: to.slice(0, 1), to });

test('threads write different files, each from front to back', () => {
  const moves = [
    moveTo(piece(0, 200_000, 3)),
    moveTo(piece(1, 0, 2 * ROWS)),
    moveTo(piece(0, 0, 2 * ROWS)),
    moveTo(piece(1, 100_000, 1)),
  ];
  expect(portions(moves)).toEqual([
    `0 at 0 × ${ROWS}`,
    `1 at 0 × ${ROWS}`,
    `0 at 0 × ${ROWS}`,
    `1 at 0 × ${ROWS}`,
    '0 at 200000 × 3',
    '1 at 100000 × 1',
  ]);
});

test('replicas go together, and in turn with those of other slices', () => {
  const replicas = (a: number, b: number) => moveTo(piece(a, 0, 2 * ROWS), piece(b, 0, 2 * ROWS));
  const turn = [`0,2 at 0 × ${ROWS / 2}`, `1,3 at 0 × ${ROWS / 2}`];
  expect(portions([replicas(0, 2), replicas(1, 3)])).toEqual([...turn, ...turn, ...turn, ...turn]);
});

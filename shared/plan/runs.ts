import { bitsOf } from '../dtype.ts';
import type { Box } from '../layout/box.ts';
import type { Piece } from './piece.ts';
import type { Move } from './plan.ts';
import { spanOf, targetsOf, tilesOf, wholeBytes } from './tiles.ts';

/** A box as equal runs in two pieces at once; all numbers in bytes (or elements), offsets from each piece's start. */
export interface Runs {
  readonly from: number;
  readonly to: number;
  /** What lies together in both pieces. */
  readonly run: number;
  /** How the runs repeat, innermost loop first; none when it is one run. */
  readonly loops: readonly Loop[];
}

export interface Loop {
  readonly count: number;
  readonly fromStride: number;
  readonly toStride: number;
}

/**
 * Says how to copy `part` (a box inside both pieces' boxes) from one piece to the other with as few and as long
 * runs as possible. Refuses ST_MISALIGNED where a packed dtype would have to be moved by parts of a byte.
 */
export function runsOf(from: Piece, to: Piece, part: Box): Runs {
  const runs = elementRuns(from.box, to.box, part);
  const bits = bitsOf(from.dtype);
  return {
    from: wholeBytes(from, runs.from * bits),
    to: wholeBytes(to, runs.to * bits),
    run: wholeBytes(from, runs.run * bits),
    loops: runs.loops.map((loop) => ({
      count: loop.count,
      fromStride: wholeBytes(from, loop.fromStride * bits),
      toStride: wholeBytes(to, loop.toStride * bits),
    })),
  };
}

/**
 * The same in elements, for two boxes that lie row-major: dimensions that continue each other in both become
 * one.
 */
export function elementRuns(from: Box, to: Box, part: Box): Runs {
  let run = 1;
  let fromStride = 1;
  let toStride = 1;
  let fromStart = 0;
  let toStart = 0;
  const loops: { count: number; fromStride: number; toStride: number }[] = [];
  for (let d = part.start.length - 1; d >= 0; d--) {
    const start = part.start[d] ?? 0;
    const count = part.extent[d] ?? 1;
    fromStart += (start - (from.start[d] ?? 0)) * fromStride;
    toStart += (start - (to.start[d] ?? 0)) * toStride;
    const inner = loops.at(-1);
    if (count === 1) {
      // Nothing repeats; the next dimension continues with longer strides.
    } else if (inner === undefined && fromStride === run && toStride === run) run *= count;
    else if (
      inner &&
      inner.count * inner.fromStride === fromStride &&
      inner.count * inner.toStride === toStride
    )
      inner.count *= count;
    else loops.push({ count, fromStride, toStride });
    fromStride *= from.extent[d] ?? 1;
    toStride *= to.extent[d] ?? 1;
  }
  return { from: fromStart, to: toStart, run, loops };
}

/** Refuses ST_MISALIGNED when carrying out the move would cut a packed dtype (F4, F6) inside a byte. */
export function checkWholeBytes(move: Move, maxBytes: number): void {
  for (const tile of tilesOf(move, maxBytes))
    for (const { pieces, box, parts } of targetsOf(move, tile)) {
      const [to] = pieces;
      if (to === undefined) continue;
      spanOf(to, box);
      for (const part of parts) {
        const from = move.from[part.from];
        if (from === undefined) continue;
        spanOf(from, part.box);
        runsOf(from, to, part.box);
      }
    }
}

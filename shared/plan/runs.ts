import { bitsOf } from '../dtype.ts';
import type { Box } from '../layout/box.ts';
import type { Piece } from './piece.ts';
import type { Move } from './plan.ts';
import { spanOf, targetsOf, tilesOf, wholeBytes } from './tiles.ts';

/** A box's bytes as equal runs in two pieces at once; all numbers in bytes, offsets from each piece's start. */
export interface Runs {
  readonly from: number;
  readonly to: number;
  /** Bytes that lie together in both pieces. */
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
 * runs as possible: dimensions that continue each other in both pieces become one. Refuses ST_MISALIGNED where
 * a packed dtype would have to be moved by parts of a byte.
 */
export function runsOf(from: Piece, to: Piece, part: Box): Runs {
  let run = bitsOf(from.dtype);
  let fromStride = run;
  let toStride = run;
  let fromBits = 0;
  let toBits = 0;
  const loops: { count: number; fromStride: number; toStride: number }[] = [];
  for (let d = part.start.length - 1; d >= 0; d--) {
    const start = part.start[d] ?? 0;
    const count = part.extent[d] ?? 1;
    fromBits += (start - (from.box.start[d] ?? 0)) * fromStride;
    toBits += (start - (to.box.start[d] ?? 0)) * toStride;
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
    fromStride *= from.box.extent[d] ?? 1;
    toStride *= to.box.extent[d] ?? 1;
  }
  return {
    from: wholeBytes(from, fromBits),
    to: wholeBytes(to, toBits),
    run: wholeBytes(from, run),
    loops: loops.map((loop) => ({
      count: loop.count,
      fromStride: wholeBytes(from, loop.fromStride),
      toStride: wholeBytes(to, loop.toStride),
    })),
  };
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

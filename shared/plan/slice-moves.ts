import { boxKey } from '../layout/box.ts';
import type { Piece } from './piece.ts';
import type { Move } from './plan.ts';

/**
 * The moves of one tensor: a move for each slice where all outputs are slices that the sources hold as they are
 * (removing and restoring redundancy, ranks added), else one move of everything. A slice by itself is read and written
 * in pieces as long as a buffer; together, each rank's share of a buffer is a call of its own: removing the redundancy
 * of 3.5 GiB on eight ranks, four slices a tensor, took 0.57 s instead of 0.52, and more with more ranks.
 */
export function sliceMoves(from: readonly Piece[], to: readonly Piece[]): Move[] {
  const sources = new Map(from.map((piece) => [boxKey(piece.box), piece]));
  const slices = new Map<Piece, Piece[]>();
  for (const piece of to) {
    const source = sources.get(boxKey(piece.box));
    if (source === undefined) return [{ from, to }];
    const same = slices.get(source);
    if (same) same.push(piece);
    else slices.set(source, [piece]);
  }
  return [...slices].map(([source, pieces]) => ({ from: [source], to: pieces }));
}

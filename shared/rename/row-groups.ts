import { bitsOf } from '../dtype.ts';
import type { Box } from '../layout/box.ts';
import { volume } from '../layout/box.ts';
import type { Extent, Piece } from '../plan/piece.ts';
import { wholeBytes } from '../plan/tiles.ts';

/**
 * A joined tensor seen as `[groups, rows of a group, …]` instead of `[groups × rows, …]`: the same bytes, but
 * each tensor it is made of is one box of this view (its rows of every group), so joining and splitting are
 * moves of a few boxes and not of single rows.
 */
export interface RowGroups {
  readonly groups: number;
  /** Rows of a group of the whole tensor. */
  readonly rows: number;
}

/** Which rows of every group a tensor has; the whole tensor has `{ start: 0, rows: groups.rows }`. */
export interface Share {
  readonly start: number;
  readonly rows: number;
}

/** The share's tensor as a box of the view; `rest` are its dimensions after the rows. */
export function shareBox({ groups }: RowGroups, share: Share, rest: readonly number[]): Box {
  return { start: [0, share.start, ...rest.map(() => 0)], extent: [groups, share.rows, ...rest] };
}

/** Shape of the view of the whole tensor. */
export function viewShape({ groups, rows }: RowGroups, rest: readonly number[]): readonly number[] {
  return [groups, rows, ...rest];
}

/**
 * A piece of a share's tensor as pieces of the view. A box of rows and columns is a box of the view when it
 * begins and ends with a group, or lies inside one; else it is cut there, into three pieces at most: rows follow
 * each other in the file whatever columns a rank holds.
 *
 * @throws ST_MISALIGNED when a packed dtype (F4, F6) would be cut inside a byte
 */
export function piecesInView(piece: Piece, grid: RowGroups, share: Share): Piece[] {
  const [firstRow = 0, ...start] = piece.box.start;
  const [rowCount = 0, ...extent] = piece.box.extent;
  const shape = viewShape(grid, piece.shape.slice(1));
  const rowBits = volume(extent) * bitsOf(piece.dtype);
  const pieces: Piece[] = [];
  const end = firstRow + rowCount;
  for (let row = firstRow; row < end; ) {
    const group = Math.floor(row / share.rows);
    const inside = row % share.rows;
    const whole = Math.floor((end - row) / share.rows);
    const groups = inside === 0 && whole > 0 ? whole : 1;
    const rows = inside === 0 && whole > 0 ? share.rows : Math.min(end - row, share.rows - inside);
    const box: Box = {
      start: [group, share.start + inside, ...start],
      extent: [groups, rows, ...extent],
    };
    pieces.push({
      ...cutBytes(piece, (row - firstRow) * rowBits, groups * rows * rowBits),
      shape,
      box,
    });
    row += groups * rows;
  }
  return pieces;
}

/** `length` bits of a piece's content from bit `from`, as a piece with the same box still. */
function cutBytes(piece: Piece, from: number, length: number): Piece {
  const begin = wholeBytes(piece, from);
  const byteLength = wholeBytes(piece, length);
  const { extents, ...rest } = piece;
  if (!extents) return { ...rest, offset: piece.offset + begin, byteLength };
  const cut: Extent[] = [];
  let at = 0;
  for (const extent of extents) {
    const first = Math.max(at, begin);
    const last = Math.min(at + extent.length, begin + byteLength);
    if (last > first) cut.push({ offset: extent.offset + first - at, length: last - first });
    at += extent.length;
  }
  return { ...rest, offset: cut[0]?.offset ?? piece.offset, byteLength, extents: cut };
}

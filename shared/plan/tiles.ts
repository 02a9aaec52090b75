import { bitsOf } from '../dtype.ts';
import { refuse } from '../errors.ts';
import { type Box, boxKey, intersect, volume, wholeBox } from '../layout/box.ts';
import type { Extent, Piece } from './piece.ts';
import type { Move } from './plan.ts';

/**
 * Cuts a move into tiles: boxes of the tensor, each with its leading indices fixed, a range on one dimension
 * and everything on the dimensions after it. So what a tile has in common with ANY piece is one contiguous run
 * of that piece's bytes, and a tile is one read per source, one write per output, whatever the layouts are.
 *
 * A tile's bytes, counted over its sources and over its outputs (a replicated box once), are at most `maxBytes`
 * each, unless a single element has more. Tiles come in row-major order, cover each box of `to` once, and are
 * none for an empty tensor.
 */
export function tilesOf(move: Move, maxBytes: number): Box[] {
  const shape = move.to[0]?.shape;
  if (shape === undefined || shape.includes(0)) return [];
  if (shape.length === 0) return [{ start: [], extent: [] }];
  const to = distinct(move.to);
  if (Math.max(totalBytes(move.from), totalBytes(to)) <= maxBytes) return [wholeBox(shape)];
  const tiles: Box[] = [];
  cut(shape, [], move.from, to, maxBytes, tiles);
  return tiles;
}

function totalBytes(pieces: readonly Piece[]): number {
  let total = 0;
  for (const piece of pieces) total += piece.byteLength;
  return total;
}

/** One piece per distinct box; replicas dropped. */
function distinct(pieces: readonly Piece[]): readonly Piece[] {
  if (pieces.length < 2) return pieces;
  return [...new Map(pieces.map((piece) => [boxKey(piece.box), piece])).values()];
}

/** Cuts on the dimension after `prefix`, along which the given pieces (all hold `prefix`) start and end. */
function cut(
  shape: readonly number[],
  prefix: readonly number[],
  from: readonly Piece[],
  to: readonly Piece[],
  maxBytes: number,
  tiles: Box[],
): void {
  const d = prefix.length;
  const last = d === shape.length - 1;
  const step = wholeByteStep([...from, ...to], d);
  let begin = 0;
  let sourceBytes = 0;
  let outputBytes = 0;
  const close = (end: number) => {
    if (end > begin) tiles.push(tileAt(shape, prefix, begin, end));
    begin = end;
    sourceBytes = 0;
    outputBytes = 0;
  };
  let previous = 0;
  for (const end of edges(from, to, d)) {
    const sources = from.filter((piece) => holds(piece.box, d, previous));
    const outputs = to.filter((piece) => holds(piece.box, d, previous));
    let at = previous;
    previous = end;
    if (at === end) continue;
    if (outputs.length === 0) {
      close(at);
      begin = end;
      continue;
    }
    const sourceRow = rowBytes(sources, d) || 1;
    const outputRow = rowBytes(outputs, d);
    const row = Math.max(sourceRow, outputRow);
    if (row > maxBytes && !last && step === 1) {
      close(at);
      for (; at < end; at++) cut(shape, [...prefix, at], sources, outputs, maxBytes, tiles);
      begin = end;
      continue;
    }
    while (at < end) {
      const room = Math.min((maxBytes - sourceBytes) / sourceRow, (maxBytes - outputBytes) / outputRow);
      let next = Math.min(end, at + Math.floor(room));
      if (next < end) next -= next % step;
      if (next <= at && begin < at && at % step === 0) {
        close(at);
        continue;
      }
      if (next <= at) next = Math.min(end, at + step - (at % step));
      sourceBytes += (next - at) * sourceRow;
      outputBytes += (next - at) * outputRow;
      at = next;
      if (at < end) close(at);
    }
  }
  close(previous);
}

/** Where pieces start or end along dimension `d`, ascending, with 0 in front. */
function edges(from: readonly Piece[], to: readonly Piece[], d: number): number[] {
  const found = new Set([0]);
  for (const pieces of [from, to])
    for (const { box } of pieces) {
      found.add(box.start[d] ?? 0);
      found.add((box.start[d] ?? 0) + (box.extent[d] ?? 0));
    }
  return [...found].sort((a, b) => a - b);
}

function holds(box: Box, d: number, index: number): boolean {
  const start = box.start[d] ?? 0;
  return index >= start && index < start + (box.extent[d] ?? 0);
}

function rowBits(piece: Piece, d: number): number {
  return volume(piece.box.extent.slice(d + 1)) * bitsOf(piece.dtype);
}

function rowBytes(pieces: readonly Piece[], d: number): number {
  let bits = 0;
  for (const piece of pieces) bits += rowBits(piece, d);
  return bits / 8;
}

/** Rows of dimension `d` after which every piece is at a whole byte: 1, but 2, 4 or 8 for some F4 and F6. */
function wholeByteStep(pieces: readonly Piece[], d: number): number {
  if (pieces[0] === undefined || bitsOf(pieces[0].dtype) >= 8) return 1;
  let step = 1;
  for (const piece of pieces) while ((rowBits(piece, d) * step) % 8 !== 0) step *= 2;
  return step;
}

function tileAt(shape: readonly number[], prefix: readonly number[], begin: number, end: number): Box {
  const after = shape.slice(prefix.length + 1);
  return {
    start: [...prefix, begin, ...after.map(() => 0)],
    extent: [...prefix.map(() => 1), end - begin, ...after],
  };
}

/** What one tile does for one distinct box of `to`: which parts of which sources fill it. */
export interface TileTarget {
  /** Output pieces with this box, all filled with the same bytes. */
  readonly pieces: readonly Piece[];
  /** What the tile has of the box: one contiguous run of the piece. */
  readonly box: Box;
  /** Disjoint boxes that make up `box`, each with the index of the piece in `from` it is read from. */
  readonly parts: readonly { readonly from: number; readonly box: Box }[];
}

/** The targets of a tile, in the order of `to`. Refuses INTERNAL when `from` does not cover them exactly. */
export function targetsOf(move: Move, tile: Box): TileTarget[] {
  const targets = new Map<string, { pieces: Piece[]; box: Box; parts: { from: number; box: Box }[] }>();
  for (const piece of move.to) {
    const key = move.to.length === 1 ? '' : boxKey(piece.box);
    const same = targets.get(key);
    if (same !== undefined) {
      same.pieces.push(piece);
      continue;
    }
    const box = intersect(piece.box, tile);
    if (box === undefined) continue;
    const parts: { from: number; box: Box }[] = [];
    let covered = 0;
    for (let from = 0; from < move.from.length; from++) {
      const source = move.from[from];
      const part = source && intersect(source.box, box);
      if (part === undefined) continue;
      parts.push({ from, box: part });
      covered += volume(part.extent);
    }
    if (covered !== volume(box.extent)) refuseCoverage(piece, covered, volume(box.extent));
    targets.set(key, { pieces: [piece], box, parts });
  }
  return [...targets.values()];
}

function refuseCoverage(piece: Piece, covered: number, wanted: number): never {
  refuse(
    'INTERNAL',
    `The plan fills ${covered} of the ${wanted} elements that a part of ${piece.tensor} has.`,
    'This is a fault in Shardscope. Please report it.',
    { tensor: piece.tensor, expected: String(wanted), found: String(covered) },
  );
}

/**
 * The bytes of a piece (from its own first byte) from the first to the last element of `part`, a box inside
 * the piece's. Refuses ST_MISALIGNED where a packed dtype (F4, F6) would have to be cut inside a byte.
 */
export function spanOf(piece: Piece, part: Box): Extent {
  const bits = bitsOf(piece.dtype);
  let stride = bits;
  let first = 0;
  let end = bits;
  for (let d = part.start.length - 1; d >= 0; d--) {
    const skip = (part.start[d] ?? 0) - (piece.box.start[d] ?? 0);
    first += skip * stride;
    end += (skip + (part.extent[d] ?? 1) - 1) * stride;
    stride *= piece.box.extent[d] ?? 1;
  }
  return { offset: wholeBytes(piece, first), length: wholeBytes(piece, end - first) };
}

/** Bits as bytes; refuses ST_MISALIGNED, naming the tensor and how it is cut. */
export function wholeBytes(piece: Piece, bits: number): number {
  if (bits % 8 !== 0)
    refuse(
      'ST_MISALIGNED',
      `${piece.tensor} (${piece.dtype}, ${bitsOf(piece.dtype)} bits an element, shape [${piece.shape}]) cannot be cut at ` +
        `[${piece.box.start}] + [${piece.box.extent}]: the cut falls inside a byte.`,
      'Choose a layout that cuts this tensor at whole bytes, or leave it uncut.',
      { tensor: piece.tensor, expected: 'a multiple of 8 bits', found: `${bits} bits` },
    );
  return bits / 8;
}

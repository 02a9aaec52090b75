import { boxKey } from '../layout/box.ts';
import type { Model } from '../model.ts';
import type { Piece } from './piece.ts';
import type { Move, Plan } from './plan.ts';

/** What other ranks have of the box that a move reads. */
export interface Replicas {
  /** The piece that the move reads, as its rank has it. */
  readonly piece: Piece;
  /** Bytes of it before those that are read: rows go by themselves where tensors are joined. */
  readonly before: number;
  readonly copies: readonly Piece[];
}

/** The model with one rank's copies before all others', so that a plan takes them where there is a choice. */
export function preferRank(model: Model, rank: number): Model {
  return {
    ...model,
    pieces: (tensor) => {
      const pieces = model.pieces(tensor);
      if (tensor.layouts.length === 0) return pieces;
      return [
        ...pieces.filter((piece) => piece.rank === rank),
        ...pieces.filter((piece) => piece.rank !== rank),
      ];
    },
  };
}

/**
 * The plan with the copies of everything that it reads, to be compared on the way. Tensors outside of the strategy
 * have none: each rank has its own.
 */
export function withReplicas(plan: Plan, model: Model): Plan {
  // Moves of one tensor follow each other, one a slice: with 1,024 slices, grouping them for each is a quarter of a second.
  let known = new Map<string, Copies>();
  const moves = plan.moves.map((move) => {
    const copies = new Map<string, Copies>();
    for (const { tensor } of move.from)
      if (!copies.has(tensor)) copies.set(tensor, known.get(tensor) ?? copiesOf(model, tensor));
    known = copies;
    return { ...move, ...replicasOf(move, copies) };
  });
  return { ...plan, moves };
}

/** Of one tensor: by each file that has a part of it, all pieces of that part. */
type Copies = ReadonlyMap<number, readonly Piece[]>;

function copiesOf(model: Model, name: string): Copies {
  const copies = new Map<number, readonly Piece[]>();
  const tensor = model.byName.get(name);
  if (!tensor || tensor.layouts.length === 0) return copies;
  for (const pieces of byBox(model.pieces(tensor)).values())
    for (const { file } of pieces) copies.set(file, pieces);
  return copies;
}

function replicasOf({ from }: Move, copies: ReadonlyMap<string, Copies>): Pick<Move, 'replicas'> {
  const replicas = from.map((read): Replicas => {
    const same = copies.get(read.tensor)?.get(read.file) ?? [];
    const piece = same.find(({ file }) => file === read.file);
    if (!piece) return { piece: read, before: 0, copies: [] };
    return { piece, before: bytesBefore(piece, read), copies: same.filter((one) => one !== piece) };
  });
  return replicas.some(({ copies }) => copies.length > 0) ? { replicas } : {};
}

function byBox(pieces: readonly Piece[]): Map<string, Piece[]> {
  const boxes = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const key = boxKey(piece.box);
    const same = boxes.get(key);
    if (same) same.push(piece);
    else boxes.set(key, [piece]);
  }
  return boxes;
}

/** Bytes of a piece before the part of it that begins where `part` does. */
function bytesBefore(whole: Piece, part: Piece): number {
  let bytes = 0;
  for (const { offset, length } of whole.extents ?? [{ offset: whole.offset, length: whole.byteLength }]) {
    if (part.offset >= offset && part.offset < offset + length) return bytes + part.offset - offset;
    bytes += length;
  }
  return 0;
}

/** Bytes that comparing reads beside what is copied. */
export function bytesCompared(plan: Plan): number {
  let total = 0;
  for (const { from, replicas = [] } of plan.moves)
    for (const [i, { copies }] of replicas.entries()) total += (from[i]?.byteLength ?? 0) * copies.length;
  return total;
}

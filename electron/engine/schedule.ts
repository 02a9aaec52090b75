import { bitsOf } from '../../shared/dtype.ts';
import { intersect, volume } from '../../shared/layout/box.ts';
import type { Piece } from '../../shared/plan/piece.ts';
import type { Move, Plan } from '../../shared/plan/plan.ts';
import { tilesOf } from '../../shared/plan/tiles.ts';
import type { TileItem } from './tasks.ts';

/** What one task copies, in buffers. 64 MiB at 1 GB/s are a sixteenth of a second, so that threads end together. */
const TASK_BUFFERS = 128;
/** And how many pieces it names at most, as sending a piece to a thread costs about a microsecond. */
const TASK_PIECES = 4096;

/**
 * Each thread has a buffer for sources, one for outputs and one for gathering, each at most this long. At 512 KiB
 * they stay in a core's cache between the read and the write: merging 1.7 GiB took 0.6 s of processor time in
 * the kernel, with 8 MiB 1.5 s (Linux 6.18, AMD EPYC, medians of 7); below 256 KiB the calls cost more.
 */
const BUFFER_BYTES = 512 * 1024;
export const BUFFERS_PER_THREAD = 3;

/** Length of one buffer: 512 KiB, or less where `memoryBytes` bounds the buffers of all threads together. */
export function bufferBytes(threads: number, memoryBytes?: number): number {
  if (memoryBytes === undefined) return BUFFER_BYTES;
  return Math.max(1, Math.min(BUFFER_BYTES, Math.floor(memoryBytes / threads / BUFFERS_PER_THREAD)));
}

interface PlannedMove {
  readonly move: Move;
  readonly firstPiece: number;
}

/**
 * A plan's tiles in portions for one task each; made when asked for. What goes to the same files is taken in turn
 * with what goes to others, so that threads write different files: Linux lets one of them at a time write a file
 * (the inode's lock, in ext4 and most others).
 */
export function* portionsOf(plan: Plan, buffer: number): Generator<TileItem[]> {
  let files = byFiles(plan).map((moves) => portionsIn(moves, buffer));
  while (files.length > 0) {
    const unfinished: typeof files = [];
    for (const file of files) {
      const next = file.next();
      if (next.done) continue;
      yield next.value;
      unfinished.push(file);
    }
    files = unfinished;
  }
}

/** Replicas of a slice are in fewer files; what goes to more is together. */
const MAX_FILES = 64;

/** Moves by the files that they lead to, in the order of what they fill: each file is written from front to back. */
function byFiles(plan: Plan): PlannedMove[][] {
  const found = new Map<string, PlannedMove[]>();
  let firstPiece = 0;
  for (const move of plan.moves) {
    const key = move.to.length > MAX_FILES ? '' : move.to.map(({ file }) => file).join();
    const planned = { move, firstPiece };
    const moves = found.get(key);
    if (moves) moves.push(planned);
    else found.set(key, [planned]);
    firstPiece += move.to.length;
  }
  for (const moves of found.values()) moves.sort((a, b) => offsetOf(a) - offsetOf(b));
  return [...found.values()];
}

function offsetOf({ move }: PlannedMove): number {
  return move.to[0]?.offset ?? 0;
}

function* portionsIn(moves: readonly PlannedMove[], buffer: number): Generator<TileItem[]> {
  const taskBytes = TASK_BUFFERS * buffer;
  let items: TileItem[] = [];
  let bytes = 0;
  let pieces = 0;
  for (const { move, firstPiece } of moves) {
    const tiles = tilesOf(move, buffer);
    const tileBytes = bytesOf(move) / Math.max(1, tiles.length);
    const most = Math.max(1, Math.floor(taskBytes / Math.max(1, tileBytes)));
    for (let first = 0; first < tiles.length; first += most) {
      const part = tiles.slice(first, first + most);
      items.push({ move, tiles: part, firstPiece });
      bytes += part.length * tileBytes;
      pieces += move.from.length + move.to.length + copiesOf(move).length;
      if (bytes < taskBytes && pieces < TASK_PIECES) continue;
      yield items;
      items = [];
      bytes = 0;
      pieces = 0;
    }
  }
  if (items.length > 0) yield items;
}

function bytesOf(move: Move): number {
  let from = 0;
  let to = 0;
  for (const piece of move.from) from += piece.byteLength;
  for (const piece of copiesOf(move)) from += piece.byteLength;
  for (const piece of move.to) to += piece.byteLength;
  return Math.max(from, to);
}

function copiesOf({ replicas = [] }: Move): readonly Piece[] {
  return replicas.flatMap(({ copies }) => copies);
}

/** Bytes that a portion writes, every replica counted: what progress counts. */
export function outputBytesOf(items: readonly TileItem[]): number {
  let bits = 0;
  for (const { move, tiles } of items)
    for (const tile of tiles)
      for (const piece of move.to) {
        const box = intersect(piece.box, tile);
        if (box !== undefined) bits += volume(box.extent) * bitsOf(piece.dtype);
      }
  return bits / 8;
}

/** Indices of the files that pieces of a portion lie in. */
export function filesOf(items: readonly TileItem[], side: 'from' | 'to'): Set<number> {
  const found = new Set<number>();
  for (const { move } of items) {
    for (const piece of move[side]) found.add(piece.file);
    if (side === 'from') for (const { file } of copiesOf(move)) found.add(file);
  }
  return found;
}

import { bitsOf } from '../../shared/dtype.ts';
import { refuse } from '../../shared/errors.ts';
import { indexAt } from '../../shared/layout/box.ts';
import type { Extent } from '../../shared/plan/piece.ts';
import type { Move } from '../../shared/plan/plan.ts';
import { type Runs, runsOf } from '../../shared/plan/runs.ts';
import { spanOf, type TileTarget } from '../../shared/plan/tiles.ts';
import { batchesOf, type SourceRead, type TileWork } from './batch.ts';
import { type Cast, type CastCounts, castBetween } from './cast/cast.ts';
import { addCasts, type TileCasts } from './cast/tile-casts.ts';
import { checksumOf } from './checksum.ts';
import { CopyComparison } from './compare-copies.ts';
import { Control } from './control.ts';
import { Memory } from './memory.ts';
import { OpenFiles } from './open-files.ts';
import type { Copied, CopyTask } from './tasks.ts';
import { place, readFully, type Span, spanIn, transfersOf, writeFully } from './transfer.ts';

/** Writes at least this long go out from where they were read, without a copy in memory. */
const DIRECT = 65_536;

/** This thread's buffers: kept from task to task, as their first touch costs page faults. */
let memory = new Memory(0);

export function memoryOf(length: number): Memory {
  if (memory.length < length) memory = new Memory(length);
  return memory;
}

/**
 * Copies the task's tiles into the output files. Returns the CRC-32 of each part as read from its source (and
 * cast), in the order tile, target, part (what `verifyTiles` expects); none with `checksums` off. Refuses
 * CP_CONFLICT, IO_SOURCE_CHANGED, IO_READ, OUT_WRITE, OUT_SPACE, CANCELLED; each names its file.
 */
export function copyTiles(task: CopyTask): Copied {
  const control = new Control(task.control);
  const files = new OpenFiles();
  const checksums: number[] = [];
  const casts: Casts = new Map();
  const comparison = new CopyComparison(task, files);
  try {
    for (const batch of batchesOf(task.items, task.bufferBytes)) {
      control.check();
      const before = comparison.bytes;
      copyBatch(batch, task, files, checksums, casts, comparison);
      control.add(bytesOf(batch) + comparison.bytes - before);
    }
  } finally {
    files.close();
  }
  const byItem = task.items.flatMap(({ move }, item) => {
    const met = casts.get(move);
    // A move that is in several items has all that it met in the first.
    casts.delete(move);
    return met ? [[item, met] as const] : [];
  });
  const { differences, bytes: bytesCompared } = comparison;
  return { checksums: Uint32Array.from(checksums), casts: new Map(byItem), differences, bytesCompared };
}

/** What casting the tiles of each move met so far. */
type Casts = Map<Move, TileCasts>;

/** Output bytes of a batch, every replica counted: what progress counts. */
export function bytesOf(batch: readonly TileWork[]): number {
  let total = 0;
  for (const { targets } of batch)
    for (const { pieces, box } of targets) for (const piece of pieces) total += spanOf(piece, box).length;
  return total;
}

interface TargetWrite {
  readonly move: Move;
  readonly target: TileTarget;
  readonly length: number;
  /** One for each part of the target. */
  readonly moves: readonly { readonly read: SourceRead; readonly runs: Runs }[];
  /** The target's bytes in the first of its pieces; replicas get their own, at the same address. */
  readonly span: Span;
  readonly skipped: number;
  readonly direct: boolean;
  /** Where elements are cast on their way; then `moves` lead to the target in the source's dtype, `uncast`. */
  readonly cast?: { readonly by: Cast; readonly uncast: Extent };
}

function copyBatch(
  batch: readonly TileWork[],
  task: CopyTask,
  files: OpenFiles,
  checksums: number[],
  casts: Casts,
  comparison: CopyComparison,
): void {
  const reads: Span[] = [];
  const writes: TargetWrite[] = [];
  let scratchBytes = 0;
  for (const work of batch) {
    for (const { span } of work.reads.values()) reads.push(span);
    for (const target of work.targets) {
      const write = writeOf(work, target);
      writes.push(write);
      scratchBytes = Math.max(scratchBytes, write.length, write.cast?.uncast.length ?? 0);
    }
  }
  const readEnd = place(reads, 0);
  const gathered = writes.filter((write) => !write.direct);
  const scratch = place(
    gathered.map((write) => write.span),
    readEnd + 8,
  );
  const end = Math.max(scratch + 8 + scratchBytes, comparison.prepare(batch, scratch + 8));
  const buffers = memoryOf(end);
  for (const transfer of transfersOf(reads)) {
    const source = fileOf(task.sources, transfer.file);
    readFully(files.source(source), source.path, buffers.bytes, transfer);
  }
  comparison.compare(buffers);
  const outputs: Span[] = [];
  for (const write of writes) {
    const { move, target, moves, span, skipped, direct, cast } = write;
    moves.forEach(({ read }, index) => {
      const part = target.parts[index];
      if (!task.checksums || part === undefined) return;
      const from = read.span.at - read.skipped;
      checksums.push(checksumOf(buffers, read.piece, from, part.box, scratch + 8, cast?.by.sumOf));
    });
    if (cast) {
      const counts = castTarget(write, cast, buffers, scratch + 8);
      casts.set(move, addCasts(casts.get(move), countsIn(target, skipped, counts)));
    }
    for (const { read, runs } of cast ? [] : moves) {
      const from = read.span.at - read.skipped;
      if (direct) span.at = from + runs.from;
      else buffers.copyRuns(runs, from, span.at - skipped);
    }
    outputs.push(span);
    for (const piece of target.pieces.slice(1)) {
      const replica = spanIn(piece, { offset: skipped, length: span.length });
      replica.at = span.at;
      outputs.push(replica);
    }
  }
  for (const transfer of transfersOf(outputs)) {
    const path = fileOf(task.outputs, transfer.file);
    writeFully(files.output(path, 'r+'), path, buffers.bytes, transfer);
  }
}

/**
 * Casts a target: all of it at once, after it was put together at `scratch`, or from where it was read. Its
 * checksums are of rows that were found, gathered and cast without these runs and kernels: what is wrong with
 * either gives an output that differs from them.
 */
function castTarget(
  { moves, span }: TargetWrite,
  { by, uncast }: { readonly by: Cast; readonly uncast: Extent },
  buffers: Memory,
  scratch: number,
): CastCounts {
  let at = scratch;
  for (const { read, runs } of moves) {
    const from = read.span.at - read.skipped;
    if (moves.length === 1 && runs.loops.length === 0) at = from + runs.from;
    else buffers.copyRuns(runs, from, scratch - uncast.offset);
  }
  return by.convert(buffers.bytes, at, uncast.length, span.at);
}

/** What casting a target met, with the place of the first overflow in the whole tensor. */
function countsIn(
  { pieces: [piece] }: TileTarget,
  skipped: number,
  { first, ...counts }: CastCounts,
): TileCasts {
  if (!first || !piece) return counts;
  const before = (skipped * 8) / bitsOf(piece.dtype);
  return { ...counts, first: { index: indexAt(piece.box, before + first.element), value: first.value } };
}

function writeOf(work: TileWork, target: TileTarget): TargetWrite {
  const [piece] = target.pieces;
  if (piece === undefined) throw new Error('a target has at least one piece');
  const { offset, length } = spanOf(piece, target.box);
  const dtype = work.move.from[0]?.dtype ?? piece.dtype;
  const by = castBetween(dtype, piece.dtype);
  const uncast = { ...piece, dtype };
  const moves = target.parts.map((part) => {
    const read = work.reads.get(part.from);
    if (read === undefined) throw new Error('every part is read');
    return { read, runs: runsOf(read.piece, uncast, part.box) };
  });
  return {
    move: work.move,
    target,
    length,
    moves,
    span: spanIn(piece, { offset, length }),
    skipped: offset,
    direct: !by && length >= DIRECT && moves.length === 1 && moves[0]?.runs.loops.length === 0,
    ...(by && { cast: { by, uncast: spanOf(uncast, target.box) } }),
  };
}

/** The file a piece means; a task without it is a fault in how tasks are made. */
export function fileOf<T>(files: ReadonlyMap<number, T>, index: number): T {
  const file = files.get(index);
  if (file === undefined)
    refuse(
      'INTERNAL',
      `A task lacks file ${index} of its plan.`,
      'This is a fault in Shardscope. Please report it.',
    );
  return file;
}

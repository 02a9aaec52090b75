import { refuse } from '../../shared/errors.ts';
import { type Runs, runsOf } from '../../shared/plan/runs.ts';
import { spanOf, type TileTarget } from '../../shared/plan/tiles.ts';
import { batchesOf, type SourceRead, type TileWork } from './batch.ts';
import { checksumOf } from './checksum.ts';
import { Control } from './control.ts';
import { Memory } from './memory.ts';
import { OpenFiles } from './open-files.ts';
import type { CopyTask } from './tasks.ts';
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
 * Copies the task's tiles into the output files. Returns the CRC-32 of each part as read from its source, in
 * the order tile, target, part (what `verifyTiles` expects); none with `checksums` off. Refuses
 * IO_SOURCE_CHANGED, IO_READ, OUT_WRITE, OUT_SPACE, CANCELLED; each names its file.
 */
export function copyTiles(task: CopyTask): Uint32Array<ArrayBuffer> {
  const control = new Control(task.control);
  const files = new OpenFiles();
  const checksums: number[] = [];
  try {
    for (const batch of batchesOf(task.items, task.bufferBytes)) {
      control.check();
      copyBatch(batch, task, files, checksums);
      control.add(bytesOf(batch));
    }
  } finally {
    files.close();
  }
  return Uint32Array.from(checksums);
}

/** Output bytes of a batch, every replica counted: what progress counts. */
export function bytesOf(batch: readonly TileWork[]): number {
  let total = 0;
  for (const { targets } of batch)
    for (const { pieces, box } of targets) for (const piece of pieces) total += spanOf(piece, box).length;
  return total;
}

interface TargetWrite {
  readonly target: TileTarget;
  readonly length: number;
  /** One for each part of the target. */
  readonly moves: readonly { readonly read: SourceRead; readonly runs: Runs }[];
  /** The target's bytes in the first of its pieces; replicas get their own, at the same address. */
  readonly span: Span;
  readonly skipped: number;
  readonly direct: boolean;
}

function copyBatch(batch: readonly TileWork[], task: CopyTask, files: OpenFiles, checksums: number[]): void {
  const reads: Span[] = [];
  const writes: TargetWrite[] = [];
  let scratchBytes = 0;
  for (const work of batch) {
    for (const { span } of work.reads.values()) reads.push(span);
    for (const target of work.targets) {
      const write = writeOf(work, target);
      writes.push(write);
      scratchBytes = Math.max(scratchBytes, write.length);
    }
  }
  const readEnd = place(reads, 0);
  const gathered = writes.filter((write) => !write.direct);
  const scratch = place(
    gathered.map((write) => write.span),
    readEnd + 8,
  );
  const buffers = memoryOf(scratch + 8 + scratchBytes);
  for (const transfer of transfersOf(reads)) {
    const source = fileOf(task.sources, transfer.file);
    readFully(files.source(source), source.path, buffers.bytes, transfer);
  }
  const outputs: Span[] = [];
  for (const write of writes) {
    const { target, moves, span, skipped, direct } = write;
    moves.forEach(({ read, runs }, index) => {
      const from = read.span.at - read.skipped;
      if (direct) span.at = from + runs.from;
      else buffers.copyRuns(runs, from, span.at - skipped);
      const part = target.parts[index];
      if (task.checksums && part !== undefined)
        checksums.push(checksumOf(buffers, read.piece, from, part.box, scratch + 8));
    });
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

function writeOf(work: TileWork, target: TileTarget): TargetWrite {
  const [piece] = target.pieces;
  if (piece === undefined) throw new Error('a target has at least one piece');
  const { offset, length } = spanOf(piece, target.box);
  const moves = target.parts.map((part) => {
    const read = work.reads.get(part.from);
    if (read === undefined) throw new Error('every part is read');
    return { read, runs: runsOf(read.piece, piece, part.box) };
  });
  return {
    target,
    length,
    moves,
    span: spanIn(piece, { offset, length }),
    skipped: offset,
    direct: length >= DIRECT && moves.length === 1 && moves[0]?.runs.loops.length === 0,
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

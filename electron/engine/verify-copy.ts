import { crc32 } from 'node:zlib';
import { crc32Ahead, crc32Text } from '../../shared/crc32.ts';
import { refuse } from '../../shared/errors.ts';
import type { Extent, Piece } from '../../shared/plan/piece.ts';
import { spanOf, type TileTarget } from '../../shared/plan/tiles.ts';
import { batchesOf, type TileWork } from './batch.ts';
import { checksumOf } from './checksum.ts';
import { Control } from './control.ts';
import { bytesOf, fileOf, memoryOf } from './copy.ts';
import type { Memory } from './memory.ts';
import { OpenFiles } from './open-files.ts';
import type { VerifyCopyTask } from './tasks.ts';
import { place, readFully, type Span, spanIn, transfersOf } from './transfer.ts';

/** What was read of each output piece so far adds this to its CRC-32. */
type Sums = Map<Piece, number>;

interface Check {
  readonly target: TileTarget;
  /** Index of the target's first checksum in the task's. */
  readonly first: number;
}

/**
 * Reads the task's tiles back from the output files and compares each part with its checksum from copying.
 * Refuses OUT_VERIFY naming file, tensor and byte range, and what reading refuses.
 */
export function verifyTiles(task: VerifyCopyTask): Uint32Array<ArrayBuffer> {
  const control = new Control(task.control);
  const files = new OpenFiles();
  const sums: Sums = new Map();
  let next = 0;
  try {
    for (const batch of batchesOf(task.items, task.bufferBytes)) {
      control.check();
      next = verifyBatch(batch, next, task, files, sums);
      control.add(bytesOf(batch));
    }
  } finally {
    files.close();
  }
  return Uint32Array.from(sumsByItem(task, sums));
}

/** In the order of the task's items. A move that is in several of them has all of its sum in the first. */
function* sumsByItem({ items }: VerifyCopyTask, sums: Sums): Generator<number> {
  for (const { move } of items)
    for (const piece of move.to) {
      yield sums.get(piece) ?? 0;
      sums.delete(piece);
    }
}

function verifyBatch(
  batch: readonly TileWork[],
  next: number,
  task: VerifyCopyTask,
  files: OpenFiles,
  sums: Sums,
): number {
  const checks: Check[] = [];
  for (const { targets } of batch)
    for (const target of targets) {
      checks.push({ target, first: next });
      next += target.parts.length;
    }
  const copies = Math.max(0, ...checks.map(({ target }) => target.pieces.length));
  for (let copy = 0; copy < copies; copy++) verifyCopies(checks, copy, task, files, sums);
  return next;
}

/** Checks the `copy`-th replica of each target that has so many; one at a time, so that they fit the buffer. */
function verifyCopies(
  checks: readonly Check[],
  copy: number,
  task: VerifyCopyTask,
  files: OpenFiles,
  sums: Sums,
): void {
  const held = checks.flatMap(({ target, first }) => {
    const piece = target.pieces[copy];
    if (piece === undefined) return [];
    const range = spanOf(piece, target.box);
    return [{ target, first, piece, range, span: spanIn(piece, range) }];
  });
  const scratch = place(
    held.map(({ span }) => span),
    0,
  );
  const longest = Math.max(0, ...held.map(({ span }) => span.length));
  const buffers = memoryOf(scratch + 8 + longest);
  for (const transfer of transfersOf(held.map(({ span }) => span))) {
    const path = fileOf(task.outputs, transfer.file);
    readFully(files.output(path, 'r'), path, buffers.bytes, transfer);
  }
  for (const { target, first, piece, range, span } of held) {
    const from = span.at - range.offset;
    target.parts.forEach((part, index) => {
      const found = checksumOf(buffers, piece, from, part.box, scratch + 8);
      const expected = task.checksums[first + index];
      if (found !== expected) refuseDifferent(fileOf(task.outputs, piece.file), span, expected, found);
    });
    const added = addedBy(target, piece, range, from, buffers, task.checksums.subarray(first));
    sums.set(piece, (sums.get(piece) ?? 0) ^ added);
  }
}

/** What a target adds to the sum of its piece: of its parts' sums, or where they lie in rows, of its bytes. */
function addedBy(
  { parts }: TileTarget,
  piece: Piece,
  range: Extent,
  from: number,
  buffers: Memory,
  checksums: Uint32Array,
): number {
  const end = range.offset + range.length;
  let added = 0;
  let joined = range.offset;
  for (const [index, part] of parts.entries()) {
    const { offset, length } = spanOf(piece, part.box);
    // A part that lies in rows spans others too, so that the next does not begin where it ends.
    if (offset !== joined) break;
    joined += length;
    added ^= crc32Ahead(checksums[index] ?? 0, piece.byteLength - joined);
  }
  if (joined === end) return added;
  const bytes = buffers.bytes.subarray(from + range.offset, from + end);
  return crc32Ahead(crc32(bytes), piece.byteLength - end);
}

function refuseDifferent(path: string, span: Span, expected: number | undefined, found: number): never {
  const offset = span.extents[0]?.offset ?? 0;
  refuse(
    'OUT_VERIFY',
    `${path} does not have the bytes that were copied into it: ${span.tensor} differs between byte ${offset} ` +
      `and byte ${offset + span.length}.`,
    'Nothing was published. Check the drive and the memory of this machine, then repeat the job.',
    {
      file: path,
      tensor: span.tensor,
      expected: `CRC-32 ${crc32Text(expected ?? 0)}`,
      found: `CRC-32 ${crc32Text(found)}`,
    },
  );
}

import { refuse } from '../../shared/errors.ts';
import { spanOf, type TileTarget } from '../../shared/plan/tiles.ts';
import { batchesOf, type TileWork } from './batch.ts';
import { checksumOf } from './checksum.ts';
import { Control } from './control.ts';
import { bytesOf, fileOf, memoryOf } from './copy.ts';
import { OpenFiles } from './open-files.ts';
import type { VerifyCopyTask } from './tasks.ts';
import { place, readFully, type Span, spanIn, transfersOf } from './transfer.ts';

interface Check {
  readonly target: TileTarget;
  /** Index of the target's first checksum in the task's. */
  readonly first: number;
}

/**
 * Reads the task's tiles back from the output files and compares each part with its checksum from copying.
 * Refuses OUT_VERIFY naming file, tensor and byte range, and what reading refuses.
 */
export function verifyTiles(task: VerifyCopyTask): null {
  const control = new Control(task.control);
  const files = new OpenFiles();
  let next = 0;
  try {
    for (const batch of batchesOf(task.items, task.bufferBytes)) {
      control.check();
      next = verifyBatch(batch, next, task, files);
      control.add(bytesOf(batch));
    }
  } finally {
    files.close();
  }
  return null;
}

function verifyBatch(
  batch: readonly TileWork[],
  next: number,
  task: VerifyCopyTask,
  files: OpenFiles,
): number {
  const checks: Check[] = [];
  for (const { targets } of batch)
    for (const target of targets) {
      checks.push({ target, first: next });
      next += target.parts.length;
    }
  const copies = Math.max(0, ...checks.map(({ target }) => target.pieces.length));
  for (let copy = 0; copy < copies; copy++) verifyCopies(checks, copy, task, files);
  return next;
}

/** Checks the `copy`-th replica of each target that has so many; one at a time, so that they fit the buffer. */
function verifyCopies(checks: readonly Check[], copy: number, task: VerifyCopyTask, files: OpenFiles): void {
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
  for (const { target, first, piece, range, span } of held)
    target.parts.forEach((part, index) => {
      const found = checksumOf(buffers, piece, span.at - range.offset, part.box, scratch + 8);
      const expected = task.checksums[first + index];
      if (found !== expected) refuseDifferent(fileOf(task.outputs, piece.file), span, expected, found);
    });
}

function refuseDifferent(path: string, span: Span, expected: number | undefined, found: number): never {
  const offset = span.extents[0]?.offset ?? 0;
  refuse(
    'OUT_VERIFY',
    `${path} does not have the bytes that were copied into it: ${span.tensor} differs between byte ${offset} ` +
      `and byte ${offset + span.length}.`,
    'Nothing was published. Check the drive and the memory of this machine, then repeat the job.',
    { file: path, tensor: span.tensor, expected: hex(expected ?? 0), found: hex(found) },
  );
}

function hex(sum: number): string {
  return `CRC-32 ${sum.toString(16).padStart(8, '0')}`;
}

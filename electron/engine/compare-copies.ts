import { refuse } from '../../shared/errors.ts';
import type { Piece } from '../../shared/plan/piece.ts';
import type { Replicas } from '../../shared/plan/replicas.ts';
import type { ReplicaDifference } from '../../shared/replica-difference.ts';
import type { SourceRead, TileWork } from './batch.ts';
import { Control } from './control.ts';
import { fileOf } from './copy.ts';
import type { Memory } from './memory.ts';
import type { OpenFiles } from './open-files.ts';
import { differenceProblem, replicaDifference } from './replicas.ts';
import type { CopyTask } from './tasks.ts';
import { place, readFully, type Span, spanIn, transfersOf } from './transfer.ts';
import { compareReplicas } from './verify-tasks.ts';

/** The same bytes as a read, on another rank. */
interface CopyRead {
  readonly read: SourceRead;
  readonly replicas: Replicas;
  readonly copy: Piece;
  readonly span: Span;
}

/** Compares what a task reads with the copies of it on other ranks, a batch at a time. */
export class CopyComparison {
  /** What differs although it was to be the same: only where the task says whose copy counts. */
  readonly differences: ReplicaDifference[] = [];
  /** Read of copies so far. */
  bytes = 0;
  readonly #task: CopyTask;
  readonly #files: OpenFiles;
  readonly #known = new Set<Piece>();
  #reads: readonly CopyRead[][] = [];

  constructor(task: CopyTask, files: OpenFiles) {
    this.#task = task;
    this.#files = files;
  }

  /** Gives the copies of a batch their place in memory from `at` on: one file after the other, so that one fits. */
  prepare(batch: readonly TileWork[], at: number): number {
    this.#reads = copyReadsOf(batch);
    return Math.max(
      at,
      ...this.#reads.map((reads) =>
        place(
          reads.map(({ span }) => span),
          at,
        ),
      ),
    );
  }

  /**
   * Compares the prepared copies with what was read. Refuses CP_CONFLICT for the first that differs, naming both
   * ranks, the first element, how many differ and by how much; with `onConflict` only where that rank has no copy.
   */
  compare({ bytes }: Memory): void {
    for (const reads of this.#reads) {
      for (const transfer of transfersOf(reads.map(({ span }) => span))) {
        const source = fileOf(this.#task.sources, transfer.file);
        readFully(this.#files.source(source), source.path, bytes, transfer);
        this.bytes += transfer.length;
      }
      for (const { read, replicas, copy, span } of reads) {
        const { at, length } = read.span;
        const a = bytes.subarray(at, at + length);
        const b = bytes.subarray(span.at, span.at + length);
        if (Buffer.compare(a, b) !== 0) this.#differ(replicas.piece, copy);
      }
    }
  }

  /** Finds out all about two copies that differ somewhere: reads both once more, whole. */
  #differ(piece: Piece, copy: Piece): void {
    if (this.#known.has(copy)) return;
    this.#known.add(copy);
    const { sources, onConflict } = this.#task;
    const { byteLength, dtype } = piece;
    const pieces = [piece, copy];
    const copies = pieces.map(({ file, offset, extents }) => ({
      file,
      extents: extents ?? [{ offset, length: byteLength }],
    }));
    const found = compareReplicas({
      type: 'compare-replicas',
      groups: [{ byteLength, dtype, copies }],
      sources,
      control: new Control().shared,
    });
    const difference = replicaDifference(pieces, found, (index) => sources.get(index)?.path);
    if (piece.rank !== undefined && piece.rank === onConflict) this.differences.push(difference);
    else refuseDifference(difference, onConflict);
  }
}

function copyReadsOf(batch: readonly TileWork[]): CopyRead[][] {
  const byFile = new Map<number, CopyRead[]>();
  for (const { move, reads } of batch)
    for (const [index, read] of reads) {
      const replicas = move.replicas?.[index];
      for (const copy of replicas?.copies ?? []) {
        if (!replicas) continue;
        const { length } = read.span;
        const span = spanIn(copy, { offset: replicas.before + read.skipped, length });
        const one = { read, replicas, copy, span };
        const same = byFile.get(copy.file);
        if (same) same.push(one);
        else byFile.set(copy.file, [one]);
      }
    }
  return [...byFile.values()];
}

function refuseDifference(difference: ReplicaDifference, onConflict: number | undefined): never {
  const { message, tensor, file, rank } = differenceProblem(difference);
  const advice =
    onConflict === undefined
      ? 'Nothing was written. To take the copy of one rank all the same, name it: --on-conflict rank=K.'
      : `Nothing was written: rank ${onConflict} has no copy of this slice. Name a rank that has (--on-conflict).`;
  refuse('CP_CONFLICT', message, advice, { tensor, file, rank });
}

import type { Piece } from '../../shared/plan/piece.ts';
import type { Move } from '../../shared/plan/plan.ts';
import { spanOf, type TileTarget, targetsOf } from '../../shared/plan/tiles.ts';
import type { TileItem } from './tasks.ts';
import { type Span, spanIn } from './transfer.ts';

/** Bytes that alignment may cost a span in memory. */
const SLACK = 8;

/** What one tile reads of one source piece: the bytes from its first to its last needed element. */
export interface SourceRead {
  readonly piece: Piece;
  /** Bytes of the piece before the span. */
  readonly skipped: number;
  readonly span: Span;
}

export interface TileWork {
  readonly move: Move;
  readonly targets: readonly TileTarget[];
  /** By index into the move's `from`. */
  readonly reads: ReadonlyMap<number, SourceRead>;
  readonly outputBytes: number;
}

/**
 * Groups tiles, in order, so that each group's source bytes and output bytes fit `bufferBytes` each: small
 * tensors share their system calls, a tile of a large tensor is a group by itself.
 */
export function* batchesOf(items: readonly TileItem[], bufferBytes: number): Generator<TileWork[]> {
  let batch: TileWork[] = [];
  let sources = 0;
  let outputs = 0;
  for (const { move, tiles } of items)
    for (const tile of tiles) {
      const work = workOf(move, targetsOf(move, tile));
      let sourceBytes = 0;
      for (const { span } of work.reads.values()) sourceBytes += span.length + SLACK;
      const outputBytes = work.outputBytes + SLACK * work.targets.length;
      if (batch.length > 0 && Math.max(sources + sourceBytes, outputs + outputBytes) > bufferBytes) {
        yield batch;
        batch = [];
        sources = 0;
        outputs = 0;
      }
      batch.push(work);
      sources += sourceBytes;
      outputs += outputBytes;
    }
  if (batch.length > 0) yield batch;
}

function workOf(move: Move, targets: readonly TileTarget[]): TileWork {
  const needed = new Map<number, { offset: number; end: number }>();
  let outputBytes = 0;
  for (const { pieces, box, parts } of targets) {
    const piece = pieces[0];
    if (piece !== undefined) outputBytes += spanOf(piece, box).length;
    for (const part of parts) {
      const source = move.from[part.from];
      if (source === undefined) continue;
      const { offset, length } = spanOf(source, part.box);
      const known = needed.get(part.from);
      needed.set(part.from, {
        offset: Math.min(offset, known?.offset ?? offset),
        end: Math.max(offset + length, known?.end ?? 0),
      });
    }
  }
  const reads = new Map<number, SourceRead>();
  for (const [index, { offset, end }] of needed) {
    const piece = move.from[index];
    if (piece === undefined) continue;
    reads.set(index, { piece, skipped: offset, span: spanIn(piece, { offset, length: end - offset }) });
  }
  return { move, targets, reads, outputBytes };
}

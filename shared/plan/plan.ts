import type { CrcPlace, StoredCrc } from '../stored-crc.ts';
import type { Piece } from './piece.ts';
import { bytesCompared, type Replicas } from './replicas.ts';

/** A file that a plan reads. Size and times are checked again when the job ends: a source must not change. */
export interface SourceFile {
  readonly path: string;
  readonly size: number;
  /** `dev:ino:size:mtimeNs:ctimeNs` as read when the file was opened; compared before results are published. */
  readonly identity: string;
  /** The file's own CRC-32, where the job checks it before anything is written. */
  readonly crc?: StoredCrc;
  /** Rank that the file is of; absent for complete weights. */
  readonly rank?: number;
}

/** Bytes of an output file that are known before any data is copied. */
export interface Literal {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A weight file that a plan writes: what its literals leave free, the pieces of the plan's moves fill. */
export interface OutputFile {
  /** Path relative to the output folder, with `/` between folders; never leaves it. */
  readonly path: string;
  /** In file order: the header of a safetensors file, or what a `.ckpt` has around each tensor's data. */
  readonly literals: readonly Literal[];
  /** Whole file, literals included, in bytes. */
  readonly size: number;
  readonly tensorCount: number;
  /** Where the file says its CRC-32, which is computed when all data is in it. */
  readonly crc?: CrcPlace;
}

/** A small text file written after all data files have their final names: an index or name map. */
export interface OutputText {
  readonly path: string;
  readonly text: string;
}

/**
 * One tensor's bytes on their way: the boxes in `from` cover every box in `to`. `from` holds exactly one piece
 * per distinct box (replicas were chosen away); `to` may hold the same box several times (restored replicas).
 * The two sides may differ in dtype where `castBetween` can cast: elements go over, not bytes.
 */
export interface Move {
  readonly from: readonly Piece[];
  readonly to: readonly Piece[];
  /** By index into `from`: copies that are compared with what is read. Absent when nothing is to be compared. */
  readonly replicas?: readonly Replicas[];
}

/**
 * What a job will do, as data. The preview, `--dry-run`, the progress total, the space and memory checks and
 * the verification all read this one value.
 */
export interface Plan {
  readonly job:
    | 'merge'
    | 'slice'
    | 'reshard'
    | 'dedupe'
    | 'restore'
    | 'convert'
    | 'rename'
    | 'metadata'
    | 'salvage'
    | 'author';
  readonly sources: readonly SourceFile[];
  readonly outputs: readonly OutputFile[];
  /** Written last, in order; the index is the last of them. */
  readonly texts: readonly OutputText[];
  readonly moves: readonly Move[];
  /** Sentences about what the plan does that a person may not expect (replicas used for a missing rank, …). */
  readonly warnings: readonly string[];
  /** Rank whose copies count where those of several ranks differ; any difference fails the job when absent. */
  readonly onConflict?: number;
  /** Fails when a finite value becomes infinite in the dtype of its output. */
  readonly failOnOverflow?: boolean;
  /** What a strategy to write for and the weights do not have in common; absent where no strategy is written for. */
  readonly unmatched?: Unmatched;
}

/** Names that only one side knows, in natural order. */
export interface Unmatched {
  /** Tensors of the weights that no rank gets. */
  readonly notInStrategy: readonly string[];
  /** Parameters of the strategy that no rank gets. */
  readonly notInWeights: readonly string[];
}

/** Ranks whose files a plan reads, ascending: the others may be missing. */
export function ranksRead(plan: Plan): number[] {
  const ranks = new Set<number>();
  for (const { from } of plan.moves) for (const { rank } of from) if (rank !== undefined) ranks.add(rank);
  return [...ranks].sort((a, b) => a - b);
}

/** The moves of tensors: those of files that are copied whole (`side-files.ts`) lead to outputs without one. */
export function tensorMoves({ moves, outputs }: Plan): readonly Move[] {
  return moves.filter(({ to: [piece] }) => piece && outputs[piece.file]?.tensorCount !== 0);
}

/** Different tensors that a plan writes. */
export function tensorCount(plan: Plan): number {
  const names = new Set<string>();
  for (const { to } of tensorMoves(plan)) for (const piece of to) names.add(piece.tensor);
  return names.size;
}

/** Bytes that a plan writes: all output files with their headers, plus the texts (as UTF-16 upper bound). */
export function bytesWritten(plan: Plan): number {
  let total = 0;
  for (const file of plan.outputs) total += file.size;
  for (const text of plan.texts) total += text.text.length;
  return total;
}

/** Bytes that a plan reads from its sources, copies that it compares included. */
export function bytesRead(plan: Plan): number {
  let total = bytesCompared(plan);
  for (const move of plan.moves) for (const piece of move.from) total += piece.byteLength;
  return total;
}

/** Tensor data that a plan copies, in bytes of output: the progress total of the copying phase. */
export function bytesMoved(plan: Plan): number {
  let total = 0;
  for (const move of plan.moves) for (const piece of move.to) total += piece.byteLength;
  return total;
}

/** All pieces that a plan writes, in the order of its moves: what checksums of the output are numbered by. */
export function outputPieces(plan: Plan): Piece[] {
  return plan.moves.flatMap(({ to }) => to);
}

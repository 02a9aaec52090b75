import type { Dim } from '../checkpoint.ts';
import type { Dtype } from '../dtype.ts';
import type { Box } from '../layout/box.ts';

/** `length` bytes of a file from `offset`. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/**
 * The one idea: everything on disk is pieces. A piece is one box of one tensor, lying row-major at known bytes
 * of a file. A complete file holds pieces whose box is the whole tensor; a rank file holds the boxes that its
 * layout gives it; a `.ckpt` holds pieces at offsets found by scanning its frames.
 *
 * Sources and outputs are both lists of pieces, so merging, slicing and resharding are the same thing.
 */
export interface Piece {
  readonly tensor: string;
  readonly dtype: Dtype;
  /** Shape of the full tensor, in elements. */
  readonly shape: readonly number[];
  /** Which part of the full tensor this piece holds. */
  readonly box: Box;
  /** Index into the plan's `sources` (for a source piece) or `outputs` (for an output piece). */
  readonly file: number;
  /** Absolute byte offset of the piece in its file. */
  readonly offset: number;
  readonly byteLength: number;
  /** Where the bytes lie when a `.ckpt` spreads a tensor over several values (each at most 512 MiB); in order. */
  readonly extents?: readonly Extent[];
  /** Of an output: its shape in the file, where boxes are of another: joined or split rows, a count of elements. */
  readonly storedShape?: readonly Dim[];
  /** Rank that holds the piece; absent in complete files. */
  readonly rank?: number;
  /** Pipeline stage of the layout that gave the box; absent in complete files. */
  readonly stage?: number;
}

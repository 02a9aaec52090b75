import type { Dim, Problem, StoredTensor, TensorRole, WeightHeader } from './checkpoint.ts';
import type { Dtype } from './dtype.ts';
import type { Piece } from './plan/piece.ts';
import type { SourceFile } from './plan/plan.ts';
import type { Layout } from './strategy/strategy.ts';

/** A weight file whose header was read. Equal headers (replica ranks) are one shared object. */
export interface WeightFile extends SourceFile {
  readonly header: WeightHeader;
}

/** A file that holds (a part of) a tensor. */
export interface Holder {
  /** Index into the model's `files`. */
  readonly file: number;
  readonly stored: StoredTensor;
}

/** A tensor of the model, put together from all files that hold it. */
export interface ModelTensor {
  readonly name: string;
  readonly dtype: Dtype;
  /** Shape of the whole tensor where the layout is known (or the files are complete), else as stored. */
  readonly shape: readonly Dim[];
  readonly elements: number;
  readonly byteLength: number;
  readonly role: TensorRole;
  readonly holders: readonly Holder[];
  /** Distinct boxes, and how many holders the most copied of them has. */
  readonly slices: number;
  readonly copies: number;
  /** Layout per pipeline stage that has the tensor; empty when it is in no strategy. */
  readonly layouts: readonly { readonly stage: number; readonly layout: Layout }[];
}

/** Everything the opened files mean together; pure, so that tables, plans and checks all read the same value. */
export interface Model {
  readonly files: readonly WeightFile[];
  /** In natural order of names. */
  readonly tensors: readonly ModelTensor[];
  readonly byName: ReadonlyMap<string, ModelTensor>;
  /** Which box of the tensor each holder has. Refuses what the layout does not allow, naming rank and shape. */
  pieces(tensor: ModelTensor): readonly Piece[];
  readonly problems: readonly Problem[];
}

export { buildModel, type ModelOptions } from './model/build.ts';

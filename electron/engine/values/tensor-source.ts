import type { Dtype } from '../../../shared/dtype.ts';
import { refuse } from '../../../shared/errors.ts';
import { type Box, intersect, wholeBox } from '../../../shared/layout/box.ts';
import type { Holder, Model, ModelTensor } from '../../../shared/model.ts';
import { coverTensor, subtract } from '../../../shared/plan/cover.ts';
import type { Piece } from '../../../shared/plan/piece.ts';
import { findTensor } from '../../../shared/table/find-tensor.ts';
import { isWholeByNature } from '../../../shared/table/holders.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { parseSlice, type Selection, selectAll } from '../../../shared/values/slice.ts';
import type { SourceName } from '../open-files.ts';

/** A tensor to read values of: disjoint boxes that cover it, each with the piece that has its bytes. */
export interface TensorSource {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly parts: readonly SourcePart[];
  /** By the pieces' `file`. */
  readonly files: ReadonlyMap<number, SourceName>;
}

export interface SourcePart {
  readonly piece: Piece;
  /** In the piece's box; less than all of it only where pieces overlap. */
  readonly box: Box;
}

/**
 * The whole tensor from its ranks, each box once, or with `rank` what that rank stores of it, as a tensor of its own.
 *
 * @throws CP_NO_TENSOR; USAGE for a rank without it; SG_NOT_FOUND where only a strategy could say how the ranks'
 *   parts go together; SG_COVERAGE, SG_SHAPE and CP_CONFLICT where they do not
 */
export function tensorSource(model: Model, name: string, rank?: number): TensorSource {
  const tensor = findTensor(model, name);
  const { parts, shape, dtype } = rank === undefined ? wholeOf(model, tensor) : sliceOf(model, tensor, rank);
  const files = new Map<number, SourceName>();
  for (const { piece } of parts) {
    const file = model.files[piece.file];
    if (file) files.set(piece.file, { path: file.path, identity: file.identity });
  }
  return { dtype, shape, parts, files };
}

/** A box of the source as a tensor of its own. */
export function sourceOfBox(source: TensorSource, box: Box): TensorSource {
  const within = ({ start, extent }: Box): Box => ({
    start: start.map((at, d) => at - (box.start[d] ?? 0)),
    extent,
  });
  const parts = source.parts.flatMap(({ piece, box: own }) => {
    const common = intersect(own, box);
    return common ? [{ piece: { ...piece, box: within(piece.box) }, box: within(common) }] : [];
  });
  return { ...source, shape: box.extent, parts };
}

/** What `slice` selects of the source; all of it when absent. */
export function selectionOf(source: TensorSource, slice: string | undefined): Selection {
  return slice === undefined ? selectAll(source.shape) : parseSlice(slice, source.shape);
}

/** The parts that a box meets, each as a source of its own with what the box has of it. */
export function* partsIn(source: TensorSource, box: Box): Generator<{ source: TensorSource; box: Box }> {
  for (const part of source.parts) {
    const common = intersect(part.box, box);
    const file = source.files.get(part.piece.file);
    if (common && file)
      yield {
        source: { ...source, parts: [part], files: new Map([[part.piece.file, file]]) },
        box: common,
      };
  }
}

type Parts = Pick<TensorSource, 'parts' | 'shape' | 'dtype'>;

function wholeOf(model: Model, tensor: ModelTensor): Parts {
  if (tensor.layouts.length === 0 && !isWholeByNature(model, tensor) && tensor.holders.length > 1)
    refuse(
      'SG_NOT_FOUND',
      `Which part of '${escapeText(tensor.name)}' each rank holds is not known without a strategy.`,
      'Look at one rank, or name the strategy that the ranks were saved with.',
      { tensor: tensor.name },
    );
  const pieces = coverTensor(model.pieces(tensor));
  const parts: SourcePart[] = [];
  for (const piece of pieces) {
    let left = [piece.box];
    for (const { box } of parts) left = left.flatMap((open) => subtract(open, box));
    parts.push(...left.map((box) => ({ piece, box })));
  }
  return { dtype: tensor.dtype, shape: pieces[0]?.shape ?? [], parts };
}

function sliceOf(model: Model, tensor: ModelTensor, rank: number): Parts {
  const holder = tensor.holders.find(({ file }) => model.files[file]?.rank === rank);
  if (!holder) refuseRank(model, tensor, rank);
  const { dtype, shape: dims, offset, byteLength, extents } = holder.stored;
  const shape = dims.map(Number);
  const box = wholeBox(shape);
  const piece: Piece = {
    tensor: tensor.name,
    dtype,
    shape,
    box,
    file: holder.file,
    offset,
    byteLength,
    ...(extents && { extents }),
    rank,
  };
  return { dtype, shape, parts: [{ piece, box }] };
}

function refuseRank(model: Model, tensor: ModelTensor, rank: number): never {
  const ranks = tensor.holders.flatMap(({ file }: Holder) => model.files[file]?.rank ?? []);
  refuse(
    'USAGE',
    `Rank ${rank} does not hold '${escapeText(tensor.name)}'.`,
    ranks.length === 0 ? 'It is not split over ranks: leave the rank out.' : `${rankList(ranks)} hold it.`,
    { tensor: tensor.name, rank },
  );
}

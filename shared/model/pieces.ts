import { refuse } from '../errors.ts';
import { type Box, wholeBox } from '../layout/box.ts';
import { statedShape } from '../layout/layout.ts';
import type { Holder, ModelTensor, WeightFile } from '../model.ts';
import type { Piece } from '../plan/piece.ts';
import type { Layout } from '../strategy/strategy.ts';
import { escapeText } from '../text/escape.ts';
import type { BoxCache } from './boxes.ts';
import type { ModelOptions } from './build.ts';

/**
 * Every piece of a tensor, one a holder, in file order.
 *
 * @throws CP_CONFLICT when ranks disagree on dtype; SG_SHAPE when a rank's slice is not the box that the
 *   strategy gives it; SG_DEVICES when a rank is beyond the strategy's devices; SG_UNEVEN for manual splits
 */
export function piecesOf(
  tensor: ModelTensor,
  files: readonly WeightFile[],
  boxes: BoxCache,
  options: ModelOptions,
): readonly Piece[] {
  const shape = tensor.shape.map((dim) => {
    if (typeof dim === 'number') return dim;
    return refuse(
      'ST_OVERFLOW',
      `tensor '${escapeText(tensor.name)}' has a dimension of ${dim}, more than 2^53`,
      'Such a tensor is empty and cannot be copied by a job; leave it out with a filter.',
      { tensor: tensor.name },
    );
  });
  const pieces: Piece[] = [];
  for (const holder of tensor.holders) {
    const piece = pieceOf(tensor, holder, shape, files, boxes, options);
    if (piece) pieces.push(piece);
  }
  return pieces;
}

function pieceOf(
  tensor: ModelTensor,
  holder: Holder,
  shape: readonly number[],
  files: readonly WeightFile[],
  boxes: BoxCache,
  options: ModelOptions,
): Piece | undefined {
  const file = files[holder.file];
  const { stored } = holder;
  if (!file) throw new RangeError(`tensor ${tensor.name} points to file ${holder.file}`);
  if (stored.dtype !== tensor.dtype) refuseDtype(tensor, holder, files);
  const { strategy } = options;
  if (!strategy || tensor.layouts.length === 0 || file.rank === undefined) {
    if (!sameShape(stored.shape, shape)) {
      refuse(
        'CP_CONFLICT',
        `tensor '${escapeText(tensor.name)}' is [${shape.join(', ')}] in one file and [${stored.shape.join(', ')}] in another`,
        options.complete
          ? 'These files are not of one model; open them separately.'
          : 'Name the strategy that these ranks were saved with.',
        { file: file.path, tensor: tensor.name, rank: file.rank },
      );
    }
    return pieceAt(tensor, holder, shape, wholeBox(shape), file.rank);
  }
  const stage = Math.floor(file.rank / strategy.devicesPerStage);
  const layout = tensor.layouts.find((entry) => entry.stage === stage)?.layout;
  // A stage that holds a tensor its own layouts do not name cannot say which part it is: another stage must.
  if (!layout) return undefined;
  if (isUneven(layout)) refuseUneven(tensor, file.path);
  const stated = statedShape(layout);
  if (stated && !sameShape(shape, stated)) refuseStated(tensor, stated, file);
  const local = file.rank % strategy.devicesPerStage;
  const box = boxes.of(tensor.name, layout, shape).boxes[local];
  if (!box || !sameShape(stored.shape, box.extent)) refuseShape(tensor, stored.shape, box, file);
  return pieceAt(tensor, holder, shape, box, file.rank, stage);
}

/** Fields are set one by one: a thousand ranks of a thousand tensors are a million pieces, and a spread costs 1 µs. */
function pieceAt(
  { name, dtype }: ModelTensor,
  { file, stored: { offset, byteLength, extents } }: Holder,
  shape: readonly number[],
  box: Box,
  rank: number | undefined,
  stage?: number,
): Piece {
  const piece: { -readonly [Field in keyof Piece]: Piece[Field] } = {
    tensor: name,
    dtype,
    shape,
    box,
    file,
    offset,
    byteLength,
  };
  if (extents) piece.extents = extents;
  if (rank !== undefined) piece.rank = rank;
  if (stage !== undefined) piece.stage = stage;
  return piece;
}

function sameShape(a: readonly (number | string)[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, d) => dim === b[d]);
}

function refuseDtype(tensor: ModelTensor, holder: Holder, files: readonly WeightFile[]): never {
  const [first] = tensor.holders;
  const a = first && files[first.file];
  const b = files[holder.file];
  return refuse(
    'CP_CONFLICT',
    `tensor '${escapeText(tensor.name)}' is ${tensor.dtype} on rank ${a?.rank ?? 0} and ${holder.stored.dtype} on rank ${b?.rank ?? 0}`,
    'The ranks are not of one save, or one was converted: save them again with one dtype.',
    { file: b?.path, tensor: tensor.name, rank: b?.rank, expected: tensor.dtype, found: holder.stored.dtype },
  );
}

function refuseShape(
  tensor: ModelTensor,
  stored: readonly (number | string)[],
  box: Box | undefined,
  file: WeightFile,
): never {
  const expected = box ? `[${box.extent.join(', ')}]` : 'nothing';
  const found = `[${stored.join(', ')}]`;
  return refuse(
    'SG_SHAPE',
    `the strategy gives rank ${file.rank ?? 0} the part ${expected} of '${escapeText(tensor.name)}' [${tensor.shape.join(', ')}], the file has ${found}`,
    'The strategy is not the one that these weights were saved with: name the right one.',
    { file: file.path, tensor: tensor.name, rank: file.rank, expected, found },
  );
}

/** Whether an embedding was split by hand (docs/formats.md, strategies). */
export function isUneven(layout: Layout): boolean {
  if (statedShape(layout)) return false;
  const isSet = (n: number) => n !== 0;
  return isSet(layout.field) || layout.paramSplitShape.some(isSet) || layout.indicesOffset.some(isSet);
}

/** Either may be right; MindSpore ignores what the strategy says. */
function refuseStated(tensor: ModelTensor, stated: readonly number[], file: WeightFile): never {
  const [expected, found] = [stated, tensor.shape].map((shape) => `[${shape.join(', ')}]`);
  return refuse(
    'SG_SHAPE',
    `by param_split_shape of the strategy '${escapeText(tensor.name)}' is ${expected}, by the files ${found}: a split by hand, which is not supported, or a strategy of other weights`,
    'Name the strategy that these weights were saved with, or leave the tensor out with a prefix filter.',
    { file: file.path, tensor: tensor.name, rank: file.rank, expected, found },
  );
}

function refuseUneven(tensor: ModelTensor, file: string): never {
  return refuse(
    'SG_UNEVEN',
    `'${escapeText(tensor.name)}' is split unevenly by hand (param_split_shape or indices_offset is set), which is not supported`,
    'Leave the tensor out with a prefix filter, or merge it where it was trained.',
    { file, tensor: tensor.name },
  );
}

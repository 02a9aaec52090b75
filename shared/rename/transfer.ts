import { bitsOf, type Dtype } from '../dtype.ts';
import { refuse } from '../errors.ts';
import { volume, wholeBox } from '../layout/box.ts';
import type { Model, ModelTensor } from '../model.ts';
import { coverTensor } from '../plan/cover.ts';
import type { Piece } from '../plan/piece.ts';
import type { TensorToWrite } from '../safetensors/serialize.ts';
import { escapeText } from '../text/escape.ts';
import type { ModelConfig } from './config.ts';
import { gridForJoin, gridForSplit } from './join.ts';
import type { Passage } from './passages.ts';
import { piecesInView, shareBox, viewShape } from './row-groups.ts';

/** A tensor of the output: what its header says, and its place in the coordinates of its move. */
export interface Target extends TensorToWrite {
  readonly shape: readonly number[];
  /** `row-groups.ts`: of another shape than the tensor where it is joined or split. */
  readonly view: Pick<Piece, 'shape' | 'box'>;
}

/** Pieces and the tensors they fill, before those have a place in a file. */
export interface Transfer {
  readonly from: readonly Piece[];
  readonly targets: readonly Target[];
}

/** A whole tensor that goes over as it is. */
export function plainTransfer(name: string, dtype: Dtype, from: readonly Piece[]): Transfer {
  const shape = from[0]?.shape ?? [];
  return { from, targets: [target(name, dtype, shape, { shape, box: wholeBox(shape) })] };
}

/**
 * The pieces that a passage reads and the tensors that it makes. `marks` are metadata values under a tensor's
 * name (`Int4`).
 *
 * @throws CP_CONFLICT for parts of several dtypes or packed values; what `gridForJoin`, `Model.pieces` and
 *   `coverTensor` refuse
 */
export function transferOf(
  model: Model,
  passage: Passage,
  config: ModelConfig | undefined,
  marks: ReadonlyMap<string, string>,
): Transfer {
  const { from, to, join } = passage;
  const dtype = from[0]?.dtype ?? 'U8';
  const sources = from.map((tensor) => coverTensor(model.pieces(tensor)));
  if (!join) return plainTransfer(to[0] ?? '', dtype, sources.flat());
  refuseUnlike(passage, marks);
  const named = from.map(({ name }, i) => ({ name, shape: sources[i]?.[0]?.shape ?? [] }));
  const [first = { name: '', shape: [] }] = named;
  const splitting = to.length > 1;
  const grid = splitting ? gridForSplit(join, first, config) : gridForJoin(join, named, config);
  const whole = { start: 0, rows: grid.rows };
  const rest = first.shape.slice(1);
  return {
    from: sources.flatMap((pieces, i) => {
      const share = splitting ? whole : (grid.shares[i] ?? whole);
      return pieces.flatMap((piece) => piecesInView(piece, grid, share));
    }),
    targets: to.map((name, i) => {
      const share = splitting ? (grid.shares[i] ?? whole) : whole;
      const view = { shape: viewShape(grid, rest), box: shareBox(grid, share, rest) };
      return target(name, dtype, [grid.groups * share.rows, ...rest], view);
    }),
  };
}

function target(name: string, dtype: Dtype, shape: readonly number[], view: Target['view']): Target {
  return { name, dtype, shape, byteLength: (volume(shape) * bitsOf(dtype)) / 8, view };
}

/** Refuses to join tensors of several dtypes, or of packed 4-bit values, whose rows are not the tensor's. */
function refuseUnlike({ from, to }: Passage, marks: ReadonlyMap<string, string>): void {
  const [first] = from;
  for (const tensor of from) {
    if (first && tensor.dtype !== first.dtype) refuseDtypes(first, tensor);
    if (marks.get(tensor.name) !== 'Int4') continue;
    const into = to.map((name) => `'${escapeText(name)}'`).join(', ');
    refuse(
      'CP_CONFLICT',
      `'${escapeText(tensor.name)}' holds packed 4-bit values, which cannot be moved row by row into ${into}`,
      'Rename without joining, or take the weights from before they were quantised.',
      { tensor: tensor.name },
    );
  }
}

function refuseDtypes(a: ModelTensor, b: ModelTensor): never {
  refuse(
    'CP_CONFLICT',
    `'${escapeText(a.name)}' is ${a.dtype} and '${escapeText(b.name)}' is ${b.dtype}: they cannot become one tensor`,
    'Convert them to one dtype first, or rename without joining.',
    { tensor: b.name, expected: a.dtype, found: b.dtype },
  );
}

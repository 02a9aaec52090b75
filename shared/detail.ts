import type { SliceDetail, TensorDetail } from './checkpoint.ts';
import { asFault } from './errors.ts';
import { type AxisNames, axisNames } from './layout/axis-names.ts';
import { boxKey, comparePositions } from './layout/box.ts';
import { layoutKey } from './layout/layout.ts';
import { cutWords, holdingWords, rankSentence } from './layout/words.ts';
import type { Holder, Model, ModelTensor } from './model.ts';
import type { Piece } from './plan/piece.ts';
import type { Layout } from './strategy/strategy.ts';
import { findTensor } from './table/find-tensor.ts';
import { fileNames, isWholeByNature } from './table/holders.ts';
import { capital } from './text/capital.ts';
import { escapeText } from './text/escape.ts';
import { t } from './text/t.ts';
import { formatShape } from './text/units.ts';

/**
 * Everything about one tensor: what it is, how it is cut and why, and every place where it lies. Slices are in
 * the order of their boxes in the tensor; places by rank. What the layout forbids is told in the slices'
 * sentences, so a tensor can be looked at whatever is wrong with it.
 *
 * @throws CP_NO_TENSOR for a name that the model has not, with the nearest one it has
 */
export function tensorDetail(model: Model, name: string): TensorDetail {
  const tensor = findTensor(model, name);
  const { dtype, shape, elements, byteLength, role, layouts } = tensor;
  const slices = slicesOf(model, tensor);
  const layout = layouts[0]?.layout;
  return {
    name,
    dtype,
    shape,
    elements,
    byteLength,
    role,
    cut: cutOf(model, tensor),
    copies: copiesOf(slices),
    ...(layout && {
      layout: {
        deviceMatrix: layout.deviceMatrix,
        tensorMap: layout.tensorMap,
        optShardStep: layout.optShardStep,
        optShardSize: layout.optShardSize,
      },
    }),
    slices,
  };
}

const namings = new WeakMap<Model, AxisNames>();

function namesOf(model: Model): AxisNames {
  let names = namings.get(model);
  if (!names) {
    names = axisNames(layoutsOf(model));
    namings.set(model, names);
  }
  return names;
}

function* layoutsOf(model: Model): Generator<Layout> {
  for (const tensor of model.tensors) for (const { layout } of tensor.layouts) yield layout;
}

/** How the tensor is cut; by stage where the stages cut it differently. */
function cutOf(model: Model, tensor: ModelTensor): string {
  if (tensor.layouts.length === 0)
    return isWholeByNature(model, tensor) ? t('whole') : t('unknown without a strategy');
  const words = tensor.layouts.map(({ layout }) => cutWords(layout, tensor.shape, namesOf(model)));
  if (new Set(words).size === 1) return words[0] ?? '';
  return tensor.layouts
    .map(({ stage }, i) => t('{{cut}} in stage {{stage}}', { cut: words[i] ?? '', stage }))
    .join('; ');
}

/** "each slice on 2 ranks", "on 8 ranks", "on rank 0 only", "one copy" in complete files. */
function copiesOf(slices: readonly SliceDetail[]): string {
  const ranks = slices.flatMap((slice) => slice.places.flatMap((place) => place.rank ?? []));
  const counts = slices.map((slice) => slice.places.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  if (ranks.length === 0) return t('{{count}} copies', { count: most });
  if (slices.length === 1)
    return most === 1
      ? t('on rank {{rank}} only', { rank: ranks[0] ?? 0 })
      : t('on {{number}} ranks', { number: most });
  if (fewest !== most) return t('slices on {{number}} to {{count}} ranks', { number: fewest, count: most });
  return t('each slice on {{count}} ranks', { count: most });
}

function slicesOf(model: Model, tensor: ModelTensor): SliceDetail[] {
  if (tensor.layouts.length === 0 && !isWholeByNature(model, tensor)) {
    return withoutBoxes(model, tensor.holders, (ranks, { stored }) => {
      const part =
        stored.shape.length === 0
          ? t('one element')
          : t('{{shape}} elements', { shape: formatShape(stored.shape) });
      return t('{{holding}}; only a strategy says which part of the tensor that is.', {
        holding: holdingWords(ranks, part),
      });
    });
  }
  let pieces: readonly Piece[];
  try {
    pieces = model.pieces(tensor);
  } catch (error) {
    const { message } = asFault(error);
    return withoutBoxes(model, tensor.holders, () => `${capital(message)}.`);
  }
  const byBox = new Map<string, Piece[]>();
  for (const piece of pieces) {
    const same = byBox.get(boxKey(piece.box));
    if (same) same.push(piece);
    else byBox.set(boxKey(piece.box), [piece]);
  }
  const slices = [...byBox.values()].sort(byPosition).map((same): SliceDetail => {
    const places = [...same].sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
    return {
      ...(places[0] && { box: places[0].box }),
      sentence: sentenceOf(model, tensor, places),
      places: places.map(({ rank, stage, file, offset, byteLength }) => ({
        ...(rank !== undefined && { rank }),
        ...(stage !== undefined && { stage }),
        file: fileNames(model)[file] ?? '',
        offset,
        byteLength,
      })),
    };
  });
  const placed = new Set(pieces.map((piece) => piece.file));
  const others = tensor.holders.filter((holder) => !placed.has(holder.file));
  return [
    ...slices,
    ...withoutBoxes(
      model,
      others,
      (ranks) =>
        `${holdingWords(ranks, ranks.length === 1 ? t('a part that the strategy of its stage does not name') : t('a part that the strategy of their stage does not name'))}.`,
    ),
  ];
}

function byPosition([a]: readonly Piece[], [b]: readonly Piece[]): number {
  return a && b ? comparePositions(a.box, b.box) : 0;
}

/** Why these pieces, all of one box, are where they are: a sentence for each layout among them. */
function sentenceOf(model: Model, tensor: ModelTensor, pieces: readonly Piece[]): string {
  const [first] = pieces;
  if (first?.rank === undefined) {
    const files = [...new Set(pieces.map((piece) => escapeText(fileNames(model)[piece.file] ?? '')))];
    return files.length === 1
      ? t('{{file}} holds the whole tensor.', { file: files[0] ?? '' })
      : t('{{files}} hold the whole tensor.', { files: files.join(` ${t('and')} `) });
  }
  const byLayout = new Map<string, { layout: Layout | undefined; ranks: number[] }>();
  for (const { stage, rank } of pieces) {
    const layout = tensor.layouts.find((entry) => entry.stage === stage)?.layout;
    const key = layout ? layoutKey(layout) : '';
    const same = byLayout.get(key) ?? { layout, ranks: [] };
    if (rank !== undefined) same.ranks.push(rank);
    byLayout.set(key, same);
  }
  const misses = model.tensors.some((other) => other.layouts.length > 0);
  return [...byLayout.values()]
    .map(({ layout, ranks }) =>
      layout
        ? rankSentence(ranks, first.box, first.shape, layout, namesOf(model))
        : misses
          ? t('{{holding}}: it is not in the strategy.', {
              holding: holdingWords(ranks, t('the whole tensor')),
            })
          : `${holdingWords(ranks, t('the whole tensor'))}.`,
    )
    .join(' ');
}

/** Places whose part of the tensor is not known, those of one stored shape together. */
function withoutBoxes(
  model: Model,
  among: readonly Holder[],
  sentence: (ranks: readonly number[], first: Holder) => string,
): SliceDetail[] {
  const byShape = new Map<string, Holder[]>();
  for (const holder of among) {
    const key = holder.stored.shape.join();
    const same = byShape.get(key);
    if (same) same.push(holder);
    else byShape.set(key, [holder]);
  }
  return [...byShape.values()].flatMap((same) => {
    const [first] = same;
    const ranks = same.flatMap((holder) => model.files[holder.file]?.rank ?? []).sort((a, b) => a - b);
    if (!first) return [];
    return {
      sentence: sentence(ranks, first),
      places: same
        .map(({ file, stored }) => {
          const rank = model.files[file]?.rank;
          const { offset, byteLength } = stored;
          return {
            ...(rank !== undefined && { rank }),
            file: fileNames(model)[file] ?? '',
            offset,
            byteLength,
          };
        })
        .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0)),
    };
  });
}

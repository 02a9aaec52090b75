import type { Pair, SideTensor } from '../../../shared/compare/names.ts';
import type { ComparedPart } from '../../../shared/compare/results.ts';
import { ShardscopeError } from '../../../shared/errors.ts';
import { type Box, volume } from '../../../shared/layout/box.ts';
import { boxOfRank } from '../../../shared/layout/layout.ts';
import { numericShape } from '../../../shared/model/build.ts';
import { isUneven } from '../../../shared/model/pieces.ts';
import { sourceOfBox, type TensorSource, tensorSource } from '../values/tensor-source.ts';
import type { Side } from './side.ts';

/**
 * What of the whole tensor a rank's part is, where one side is a rank with a known layout and the other has the whole
 * tensor; undefined where there is no such part, or the part is the whole.
 */
export function partOf(sideA: Side, sideB: Side, { a, b }: Pair): ComparedPart | undefined {
  if (!a || !b || a.shape.join() === b.shape.join()) return undefined;
  const box = sideA.rank === undefined ? boxIn(sideB, b, a) : sideB.rank === undefined && boxIn(sideA, a, b);
  return box ? { of: sideA.rank === undefined ? 'a' : 'b', box } : undefined;
}

/** Where the part that a side's rank stores lies in the whole tensor, if the layout makes this part of it. */
function boxIn(
  { open: { model, strategy }, rank }: Side,
  part: SideTensor,
  whole: SideTensor,
): Box | undefined {
  const tensor = model.byName.get(part.name);
  const shape = numericShape(whole);
  if (!strategy || rank === undefined || !tensor || !shape) return undefined;
  const stage = Math.floor(rank / strategy.devicesPerStage);
  const layout = tensor.layouts.find((entry) => entry.stage === stage)?.layout;
  if (!layout || isUneven(layout)) return undefined;
  try {
    const box = boxOfRank(part.name, layout, shape, rank % strategy.devicesPerStage);
    return box.extent.join() === part.shape.join() ? box : undefined;
  } catch (error) {
    // The layout cannot cut this shape: it is another tensor.
    if (error instanceof ShardscopeError) return undefined;
    throw error;
  }
}

/**
 * What is read of two sides to be compared: of one that has the whole of the other's part, no more than that part.
 *
 * @throws what `tensorSource` does
 */
export function pairSources(
  a: Side,
  b: Side,
  names: { readonly a: string; readonly b: string },
  part: ComparedPart | undefined,
): { a: TensorSource; b: TensorSource } {
  const source = (of: 'a' | 'b', { open, rank }: Side) => {
    const all = tensorSource(open.model, names[of], rank);
    return part?.of === of ? sourceOfBox(all, part.box) : all;
  };
  return { a: source('a', a), b: source('b', b) };
}

/** Bytes that are read of both sides. */
export function bytesOf({ a, b }: Pair, part: ComparedPart | undefined): number {
  const read = (of: 'a' | 'b', tensor: SideTensor | undefined) => {
    if (!tensor) return 0;
    const shape = part?.of === of ? numericShape(tensor) : undefined;
    return shape && part ? (tensor.byteLength * volume(part.box.extent)) / volume(shape) : tensor.byteLength;
  };
  return read('a', a) + read('b', b);
}

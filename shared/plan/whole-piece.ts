import type { StoredTensor } from '../checkpoint.ts';
import { bitsOf } from '../dtype.ts';
import type { Extent, Piece } from './piece.ts';

/**
 * A whole tensor as it is stored, or (`tensor`, `extents`) as it will be. Counted in elements alone: nothing is
 * cut, and a dimension may be above 2^53 when it is empty.
 */
export function wholePiece(
  { name, dtype, byteLength, shape: storedShape, offset, extents: stored }: StoredTensor,
  {
    file,
    tensor = name,
    extents = stored ?? [{ offset, length: byteLength }],
  }: { readonly file: number; readonly tensor?: string; readonly extents?: readonly Extent[] },
): Piece {
  const shape = [(byteLength * 8) / bitsOf(dtype)];
  return {
    ...{ tensor, dtype, shape, storedShape, file, byteLength },
    box: { start: [0], extent: shape },
    offset: extents[0]?.offset ?? 0,
    ...(extents.length > 1 && { extents }),
  };
}

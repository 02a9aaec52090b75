import { type Box, volume } from '../layout/box.ts';

/**
 * Cuts a box into boxes of at most `most` elements that follow each other in row-major order: leading indices
 * fixed, a range on one axis, everything on the axes after it. None for an empty box.
 */
export function* tilesOfBox({ start, extent }: Box, most: number): Generator<Box> {
  if (extent.includes(0)) return;
  if (extent.length === 0) {
    yield { start, extent };
    return;
  }
  let axis = 0;
  while (axis < extent.length - 1 && volume(extent.slice(axis + 1)) > most) axis++;
  const rows = Math.max(1, Math.floor(most / volume(extent.slice(axis + 1))));
  const length = extent[axis] ?? 0;
  const leading = volume(extent.slice(0, axis));
  for (let index = 0; index < leading; index++) {
    const before = indexAt(extent.slice(0, axis), index).map((n, d) => n + (start[d] ?? 0));
    for (let row = 0; row < length; row += rows)
      yield {
        start: [...before, (start[axis] ?? 0) + row, ...start.slice(axis + 1)],
        extent: [...before.map(() => 1), Math.min(rows, length - row), ...extent.slice(axis + 1)],
      };
  }
}

/** The index of the element at a row-major position. */
export function indexAt(shape: readonly number[], position: number): number[] {
  const index: number[] = [];
  let rest = position;
  for (let d = shape.length - 1; d >= 0; d--) {
    const length = shape[d] ?? 1;
    index[d] = rest % length;
    rest = Math.floor(rest / length);
  }
  return index;
}

/** A box: the part `[start, start + extent)` of a tensor, per dimension, in elements. `[]` is a scalar. */
export interface Box {
  readonly start: readonly number[];
  readonly extent: readonly number[];
}

export function wholeBox(shape: readonly number[]): Box {
  return { start: shape.map(() => 0), extent: shape };
}

/** Number of elements in a shape or extent; 1 for a scalar. */
export function volume(extent: readonly number[]): number {
  let product = 1;
  for (const n of extent) product *= n;
  return product;
}

export function intersect(a: Box, b: Box): Box | undefined {
  const start: number[] = [];
  const extent: number[] = [];
  for (let d = 0; d < a.start.length; d++) {
    const from = Math.max(a.start[d] ?? 0, b.start[d] ?? 0);
    const to = Math.min((a.start[d] ?? 0) + (a.extent[d] ?? 0), (b.start[d] ?? 0) + (b.extent[d] ?? 0));
    if (to <= from) return undefined;
    start.push(from);
    extent.push(to - from);
  }
  return { start, extent };
}

/** Index in the whole tensor of the `element`th element of a box, counted row-major. */
export function indexAt({ start, extent }: Box, element: number): number[] {
  const index: number[] = [];
  let rest = element;
  for (let d = extent.length - 1; d >= 0; d--) {
    const size = extent[d] ?? 1;
    index.unshift((start[d] ?? 0) + (rest % size));
    rest = Math.floor(rest / size);
  }
  return index;
}

/** Equal boxes have equal keys: ranks with the same key for a tensor are replicas of each other. */
export function boxKey(box: Box): string {
  return `${box.start.join(',')}+${box.extent.join(',')}`;
}

/** Order of boxes of one tensor by where they begin in it, row-major. */
export function comparePositions(a: Box, b: Box): number {
  const at = a.start.findIndex((start, d) => start !== b.start[d]);
  return at < 0 ? 0 : (a.start[at] ?? 0) - (b.start[at] ?? 0);
}

import { bitsOf } from '../../shared/dtype.ts';
import type { Layout } from '../../shared/strategy/strategy.ts';
import type { WholeTensor } from './model.ts';

/**
 * What a rank holds, written from the rule in docs/formats.md with plain loops over elements, and with nothing
 * of the code under test: it asks of every element whether this rank has it.
 *
 * @param rank the rank's number within its stage
 */
export function sliceOfRank(tensor: WholeTensor, layout: Layout, rank: number): WholeTensor {
  const coordinates = coordinatesOf(layout.deviceMatrix, rank);
  const ranges = tensor.shape.map((n, d) => {
    // Entry k of the tensor map is axis `length - 1 - k`; of several axes the first varies slowest.
    let parts = 1;
    let part = 0;
    for (const k of layout.tensorMap[d] ?? []) {
      if (k === -1) continue;
      const axis = layout.deviceMatrix.length - 1 - k;
      const size = layout.deviceMatrix[axis] ?? 1;
      parts *= size;
      part = part * size + (coordinates[axis] ?? 0);
    }
    return { from: (n / parts) * part, to: (n / parts) * (part + 1) };
  });
  const [first] = ranges;
  if (first && layout.optShardStep !== 0 && layout.optShardSize !== 0) {
    const used = layout.tensorMap.flat().map((k) => layout.deviceMatrix.length - 1 - k);
    let replicas = 1;
    let replica = 0;
    layout.deviceMatrix.forEach((size, axis) => {
      if (used.includes(axis)) return;
      replicas *= size;
      replica = replica * size + (coordinates[axis] ?? 0);
    });
    const pieces = layout.optShardSize === -1 ? replicas : layout.optShardSize;
    const rows = (first.to - first.from) / pieces;
    first.from += rows * (replica % pieces);
    first.to = first.from + rows;
  }
  return {
    ...tensor,
    shape: ranges.map(({ from, to }) => to - from),
    bytes: elementsOf(tensor, ranges),
  };
}

/** Row-major: the last axis changes fastest. */
function coordinatesOf(deviceMatrix: readonly number[], rank: number): number[] {
  const coordinates: number[] = [];
  let rest = rank;
  for (let axis = deviceMatrix.length - 1; axis >= 0; axis--) {
    coordinates[axis] = rest % (deviceMatrix[axis] ?? 1);
    rest = Math.floor(rest / (deviceMatrix[axis] ?? 1));
  }
  return coordinates;
}

/** The elements inside the ranges, in order. A packed dtype counts in groups of four, which are whole bytes. */
function elementsOf(
  { dtype, shape, bytes }: WholeTensor,
  ranges: readonly { from: number; to: number }[],
): Uint8Array {
  const group = bitsOf(dtype) < 8 ? 4 : 1;
  const unit = (bitsOf(dtype) * group) / 8;
  const count = shape.reduce((product, n) => product * n, 1) / group;
  const kept: number[] = [];
  for (let element = 0; element < count; element++) {
    let rest = element * group;
    let inside = true;
    for (let d = shape.length - 1; d >= 0; d--) {
      const n = shape[d] ?? 1;
      const index = rest % n;
      rest = Math.floor(rest / n);
      const range = ranges[d];
      if (range === undefined || index < range.from || index >= range.to) inside = false;
    }
    if (inside) for (let byte = 0; byte < unit; byte++) kept.push(bytes[element * unit + byte] ?? 0);
  }
  return Uint8Array.from(kept);
}

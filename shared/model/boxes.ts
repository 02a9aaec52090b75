import type { Box } from '../layout/box.ts';
import { boxesOf, layoutKey } from '../layout/layout.ts';
import type { Layout } from '../strategy/strategy.ts';

/** The boxes that a layout gives the ranks of a stage, with replicas told apart from distinct slices. */
export interface StageBoxes {
  /** `boxes[local]`: one object per distinct box, so that replicas can be found by identity. */
  readonly boxes: readonly Box[];
  /** `slice[local]`: number of the distinct box, from 0 in order of first appearance. */
  readonly slice: Int32Array;
  readonly sliceCount: number;
}

/**
 * Computes boxes once per layout and shape: a model of 1,000 tensors has a handful of distinct pairs, while
 * 1,024 ranks × 1,000 tensors would be a million computations.
 */
export class BoxCache {
  readonly #known = new Map<string, StageBoxes>();
  /** What was asked for last: a tensor's ranks ask one after the other, and the key costs more than all else. */
  #last: { layout: Layout; shape: readonly number[]; boxes: StageBoxes } | undefined;

  of(parameter: string, layout: Layout, shape: readonly number[]): StageBoxes {
    if (this.#last?.layout === layout && this.#last.shape === shape) return this.#last.boxes;
    const key = `${layoutKey(layout)}|${shape.join(',')}`;
    let boxes = this.#known.get(key);
    if (!boxes) {
      boxes = numberSlices(boxesOf(parameter, layout, shape));
      this.#known.set(key, boxes);
    }
    this.#last = { layout, shape, boxes };
    return boxes;
  }
}

function numberSlices(boxes: readonly Box[]): StageBoxes {
  const numbers = new Map<Box, number>();
  const slice = Int32Array.from(boxes, (box) => {
    const number = numbers.get(box) ?? numbers.size;
    numbers.set(box, number);
    return number;
  });
  return { boxes, slice, sliceCount: numbers.size };
}

import type { StageLayout } from '../strategy/layout-groups.ts';
import { type Box, boxKey, comparePositions } from './box.ts';
import { boxesOf, sliceCounts } from './layout.ts';

/** Which slice each rank holds, by the layouts alone: what a drawing needs. */
export interface StageSlices {
  /** In the order of their positions, as everywhere (`ranks/slice-numbers.ts`, `detail.ts`). */
  readonly boxes: readonly Box[];
  readonly stages: readonly {
    readonly stage: number;
    readonly firstRank: number;
    /** Of each rank of the stage, its place in `boxes`. */
    readonly slice: readonly number[];
  }[];
  /** Shape that the boxes are in: the tensor's, or with no weights one element for each equal part. */
  readonly shape: readonly number[];
}

/**
 * @param shape of the whole tensor; where it is not known, boxes count parts instead of elements
 * @throws SG_SHAPE when a layout does not fit the shape; SG_DEVICES for more ranks than can be listed
 */
export function stageSlices(
  name: string,
  layouts: readonly Pick<StageLayout, 'stage' | 'layout'>[],
  devicesPerStage: number,
  shape: readonly number[] = partsOf(layouts),
): StageSlices {
  const perStage = layouts.map(({ stage, layout }) => ({ stage, boxes: boxesOf(name, layout, shape) }));
  const distinct = new Map<string, Box>();
  for (const { boxes } of perStage) for (const box of new Set(boxes)) distinct.set(boxKey(box), box);
  const boxes = [...distinct.values()].sort(comparePositions);
  const places = new Map(boxes.map((box, place) => [boxKey(box), place]));
  return {
    boxes,
    shape,
    stages: perStage.map(({ stage, boxes: held }) => ({
      stage,
      firstRank: stage * devicesPerStage,
      slice: held.map((box) => places.get(boxKey(box)) ?? 0),
    })),
  };
}

/** The smallest shape that all layouts can cut: their numbers of parts, multiplied where stages differ. */
function partsOf(layouts: readonly Pick<StageLayout, 'layout'>[]): number[] {
  const [first, ...others] = layouts.map(({ layout }) => sliceCounts(layout, layout.tensorMap.length));
  return (first ?? []).map((parts, d) =>
    others.reduce((common, counts) => leastCommon(common, counts[d] ?? 1), parts),
  );
}

function leastCommon(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

import type { BoxCache } from '../model/boxes.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { compareCodePoints } from '../text/code-point-order.ts';

/**
 * Which rank keeps which parameter when redundancy is removed: MindSpore's own assignment
 * (`remove_param_redundancy` of 2.10.0). The ranks that hold the same boxes form a group; over the parameters
 * of one group, in code point order of their names, the i-th is kept by the (i mod group size)-th rank.
 */
export interface KeptParameters {
  keeps(rank: number, parameter: string): boolean;
}

/**
 * @param shapes full shape of each parameter; parameters without one are not assigned
 */
export function assignParameters(
  strategy: Strategy,
  shapes: ReadonlyMap<string, readonly number[]>,
  boxes: BoxCache,
): KeptParameters {
  const kept = new Map<number, Set<string>>();
  strategy.stages.forEach((stage, index) => {
    /** Parameters so far of each group of ranks. */
    const turns = new Map<string, number>();
    for (const name of [...stage.keys()].sort(compareCodePoints)) {
      const layout = stage.get(name);
      const shape = shapes.get(name);
      if (!layout || !shape) continue;
      for (const group of replicaGroups(
        boxes.of(name, layout, shape).slice,
        index * strategy.devicesPerStage,
      )) {
        const key = group.join(',');
        const turn = turns.get(key) ?? 0;
        turns.set(key, turn + 1);
        const rank = group[turn % group.length] ?? 0;
        const names = kept.get(rank);
        if (names) names.add(name);
        else kept.set(rank, new Set([name]));
      }
    }
  });
  return { keeps: (rank, parameter) => kept.get(rank)?.has(parameter) ?? false };
}

/** Ranks with the same slice, in ascending order; `slice` is per local rank. */
export function replicaGroups(slice: Int32Array, firstRank: number): number[][] {
  const groups: number[][] = [];
  slice.forEach((number, local) => {
    const group = groups[number];
    if (group) group.push(firstRank + local);
    else groups[number] = [firstRank + local];
  });
  return groups;
}

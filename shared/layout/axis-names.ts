import type { Layout, Strategy } from '../strategy/strategy.ts';

/**
 * A name for each axis of a device matrix, from its front: `mp`, `dp` or, where the layouts leave it open,
 * `axis 0`. Strategy files carry no names, so these come from what the axes do.
 */
export type AxisNames = (deviceMatrix: readonly number[]) => readonly string[];

/**
 * Shares of the parameters that are cut at all. The axis that cuts most of them is what people call model
 * parallel. One that cuts a few may still be data parallel: embeddings are often spread over all devices (3 of
 * 90 parameters of a small Llama). Between the two, nobody can tell.
 */
const CUTS_MOST = 0.5;
const CUTS_FEW = 0.25;

/** How often each axis of one device matrix cuts a parameter. */
interface Tally {
  readonly matrix: readonly number[];
  readonly cuts: number[];
  cutParameters: number;
}

/** Axes of a device matrix, from its front, by what they do to most parameters; those of size 1 are neither. */
export interface AxisUses {
  readonly cutting: readonly number[];
  /** They only, or nearly only, replicate. */
  readonly copying: readonly number[];
}

/**
 * Names axes by their use over all `layouts` of a strategy, for each device matrix by itself: the one axis that
 * cuts most parameters is `mp`, the one that only (or nearly only) replicates them is `dp`. Two axes of a kind
 * (mp and cp, dp and ep) are not told apart by a layout and keep their numbers.
 */
export function axisNames(layouts: Iterable<Layout>): AxisNames {
  const uses = axisUses(layouts);
  return (matrix) => {
    const { cutting, copying } = uses(matrix);
    return matrix.map((_, axis) => {
      if (cutting.length === 1 && cutting[0] === axis) return 'mp';
      return copying.length === 1 && copying[0] === axis ? 'dp' : `axis ${axis}`;
    });
  };
}

/** What the axes of each device matrix do, over all `layouts`. */
export function axisUses(layouts: Iterable<Layout>): (deviceMatrix: readonly number[]) => AxisUses {
  const tallies = new Map<string, Tally>();
  for (const { deviceMatrix, tensorMap } of layouts) {
    const key = deviceMatrix.join();
    let tally = tallies.get(key);
    if (!tally) {
      tally = { matrix: deviceMatrix, cuts: deviceMatrix.map(() => 0), cutParameters: 0 };
      tallies.set(key, tally);
    }
    let cut = false;
    for (const k of tensorMap.flat()) {
      const axis = deviceMatrix.length - 1 - k;
      if (k < 0 || (deviceMatrix[axis] ?? 1) === 1) continue;
      tally.cuts[axis] = (tally.cuts[axis] ?? 0) + 1;
      cut = true;
    }
    if (cut) tally.cutParameters++;
  }
  const anyCut = [...tallies.values()].some((tally) => tally.cutParameters > 0);
  const uses = new Map([...tallies].map(([key, tally]) => [key, usesOf(tally, anyCut)]));
  return (matrix) => uses.get(matrix.join()) ?? { cutting: [], copying: [] };
}

function usesOf({ matrix, cuts, cutParameters }: Tally, anyCut: boolean): AxisUses {
  const share = (axis: number) => (cuts[axis] ?? 0) / Math.max(1, cutParameters);
  const axes = [...matrix.keys()].filter((axis) => matrix[axis] !== 1);
  return {
    cutting: axes.filter((axis) => share(axis) >= CUTS_MOST),
    // A matrix that only whole parameters have ([8] for norms beside [2, 4]) says nothing about its axes.
    copying: cutParameters > 0 || !anyCut ? axes.filter((axis) => share(axis) <= CUTS_FEW) : [],
  };
}

const known = new WeakMap<Strategy, AxisNames>();

/** Axis names over all parameters of all stages. */
export function strategyAxisNames(strategy: Strategy): AxisNames {
  let names = known.get(strategy);
  if (!names) {
    names = axisNames(strategy.stages.flatMap((stage) => [...stage.values()]));
    known.set(strategy, names);
  }
  return names;
}

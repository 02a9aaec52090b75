import fc from 'fast-check';
import type { Layout } from '../../shared/strategy/strategy.ts';

/** For tests: layouts that MindSpore could write, over a given number of devices. */

/** A layout of one parameter, with in how many parts it cuts each dimension (optimizer sharding included). */
export interface RandomLayout {
  readonly layout: Layout;
  readonly parts: readonly number[];
}

export interface LayoutRules {
  /** More than three axes, some of size 1, sharding that MindSpore does not write: legal, and rare. */
  readonly odd: boolean;
}

/** Any layout of a tensor with `dimensions` dimensions over `devices` devices. */
export function layoutOver(
  devices: number,
  dimensions: number,
  rules: LayoutRules,
): fc.Arbitrary<RandomLayout> {
  return fc.constantFrom(...deviceMatrices(devices, rules)).chain((deviceMatrix) =>
    fc
      .record({
        order: fc.shuffledSubarray([...deviceMatrix.keys()], { minLength: deviceMatrix.length }),
        // Which dimension each axis cuts; -1 none.
        dimension: fc.array(fc.integer({ min: -1, max: dimensions - 1 }), {
          minLength: deviceMatrix.length,
          maxLength: deviceMatrix.length,
        }),
        sharding: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.constantFrom(-1, 1, 2, 3, 4)),
        step: fc.nat(),
      })
      .map((choice) => layoutFrom(deviceMatrix, dimensions, choice, rules)),
  );
}

interface Choice {
  readonly order: readonly number[];
  readonly dimension: readonly number[];
  readonly sharding: number;
  readonly step: number;
}

function layoutFrom(
  deviceMatrix: readonly number[],
  dimensions: number,
  choice: Choice,
  { odd }: LayoutRules,
): RandomLayout {
  const axes: number[][] = Array.from({ length: dimensions }, () => []);
  const parts = new Array<number>(dimensions).fill(1);
  const replicas: number[] = [];
  for (const axis of choice.order) {
    const place = deviceMatrix.length - 1 - axis;
    const cut = axes[choice.dimension[axis] ?? -1];
    if (cut === undefined) replicas.push(place);
    else cut.push(axis);
  }
  axes.forEach((list, d) => {
    for (const axis of list) parts[d] = (parts[d] ?? 1) * (deviceMatrix[deviceMatrix.length - 1 - axis] ?? 1);
  });
  replicas.sort((a, b) => a - b);
  const sizes = replicas.map((place) => deviceMatrix[place] ?? 1);
  const copies = product(sizes);
  const wanted = choice.sharding === -1 ? copies : choice.sharding;
  const possible = odd ? wanted > 0 && copies % wanted === 0 : cutsInnermost(sizes, wanted);
  const sharded = dimensions > 0 && possible;
  if (sharded) parts[0] = (parts[0] ?? 1) * wanted;
  const steps = divisorsOf(product(deviceMatrix));
  // MindSpore's step is the distance between the ranks that share the parts: that of the innermost replicas.
  const step = odd
    ? steps[choice.step % steps.length]
    : product(deviceMatrix.slice((replicas.at(-1) ?? 0) + 1));
  // MindSpore takes -1 for devices / step, which is the number of copies only where nothing cuts outside of them.
  const size = odd || product(deviceMatrix) === copies * (step ?? 1) ? choice.sharding : wanted;
  return {
    layout: {
      deviceMatrix,
      tensorMap: axes.map((list) => (list.length === 0 ? [-1] : list)),
      optShardStep: sharded ? (step ?? 1) : 0,
      optShardSize: sharded ? size : 0,
      paramSplitShape: [],
      indicesOffset: [],
      field: 0,
    },
    parts,
  };
}

/** Whether MindSpore shards so: over whole replica axes from the innermost on, and a divisor of the next. */
function cutsInnermost(sizes: readonly number[], wanted: number): boolean {
  let left = wanted;
  for (const size of sizes.toReversed()) {
    if (left <= 1) break;
    if (left % size === 0) left /= size;
    else return size % left === 0;
  }
  return wanted > 1 && left === 1;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, n) => all * n, 1);
}

/** All ways to write `devices` as a product of up to three axes; with `odd` up to five, sizes of 1 among them. */
function deviceMatrices(devices: number, { odd }: LayoutRules): number[][] {
  const found: number[][] = [];
  const most = odd ? 5 : 3;
  const grow = (axes: number[], left: number, ones: number): void => {
    if (left === 1 && axes.length > 0) found.push(axes);
    if (axes.length === most) return;
    for (const n of divisorsOf(left)) {
      if (n > 1) grow([...axes, n], left / n, ones);
      else if (odd && ones > 0) grow([...axes, 1], left, ones - 1);
    }
  };
  grow([], devices, 1);
  return found.length > 0 ? found : [[1]];
}

function divisorsOf(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1).filter((divisor) => n % divisor === 0);
}

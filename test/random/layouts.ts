import fc from 'fast-check';
import type { Layout } from '../../shared/strategy/strategy.ts';

/** For tests: layouts that MindSpore could write, over a given number of devices. */

/** A layout of one parameter, with in how many parts it cuts each dimension (optimizer sharding included). */
export interface RandomLayout {
  readonly layout: Layout;
  readonly parts: readonly number[];
}

export interface LayoutRules {
  /** Some axes of size 1, more than three axes, a step that says nothing: legal, and rare in real files. */
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
      .map((choice) => layoutFrom(deviceMatrix, dimensions, choice)),
  );
}

interface Choice {
  readonly order: readonly number[];
  readonly dimension: readonly number[];
  readonly sharding: number;
  readonly step: number;
}

function layoutFrom(deviceMatrix: readonly number[], dimensions: number, choice: Choice): RandomLayout {
  const axes: number[][] = Array.from({ length: dimensions }, () => []);
  const parts = new Array<number>(dimensions).fill(1);
  let replicas = 1;
  for (const axis of choice.order) {
    const size = deviceMatrix[deviceMatrix.length - 1 - axis] ?? 1;
    const d = choice.dimension[axis] ?? -1;
    const cut = axes[d];
    if (cut === undefined) replicas *= size;
    else {
      cut.push(axis);
      parts[d] = (parts[d] ?? 1) * size;
    }
  }
  const { sharding } = choice;
  const size = dimensions === 0 || (sharding > 0 && replicas % sharding !== 0) ? 0 : sharding;
  if (size !== 0) parts[0] = (parts[0] ?? 1) * (size === -1 ? replicas : size);
  const devices = deviceMatrix.reduce((product, n) => product * n, 1);
  const steps = divisorsOf(devices);
  return {
    layout: {
      deviceMatrix,
      tensorMap: axes.map((list) => (list.length === 0 ? [-1] : list)),
      optShardStep: size === 0 ? 0 : (steps[choice.step % steps.length] ?? 1),
      optShardSize: size,
      paramSplitShape: [],
      indicesOffset: [],
      field: 0,
    },
    parts,
  };
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

import type { Layout } from '../strategy/strategy.ts';

/** The experts of a layer in one tensor, one behind the other along dimension 0; a shared expert is none of them. */
export function isExperts(name: string, { tensorMap }: Layout): boolean {
  return tensorMap.length === 3 && /experts?\b/.test(name) && !/shared/.test(name);
}

/** In how many parts all layouts of experts cut dimension 0; undefined where they do not, or differ. */
export function partsOfExperts(layouts: readonly Layout[]): number | undefined {
  const parts = new Set(
    layouts.map((layout) =>
      axesOf(layout).reduce((product, axis) => product * (layout.deviceMatrix[axis] ?? 1), 1),
    ),
  );
  const [only] = parts;
  return parts.size === 1 && only !== undefined && only > 1 ? only : undefined;
}

/** Axes of `matrix`, from its front, along which layouts of experts share them out. */
export function axesOfExperts(layouts: readonly Layout[], matrix: readonly number[]): ReadonlySet<number> {
  const same = layouts.filter(({ deviceMatrix }) => deviceMatrix.join() === matrix.join());
  return new Set(same.flatMap(axesOf));
}

function axesOf({ deviceMatrix, tensorMap: [experts = []] }: Layout): number[] {
  return experts.filter((k) => k >= 0).map((k) => deviceMatrix.length - 1 - k);
}

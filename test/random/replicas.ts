import { pseudoRandom } from '../../electron/engine/sample-plan.ts';
import type { Strategy } from '../../shared/strategy/strategy.ts';
import { rankCount, slicesOf } from './files.ts';
import type { RandomModel, WholeTensor } from './model.ts';

/** Which ranks are there, and which copies they hold, of a checkpoint that is still whole. */
export type Held = 'all ranks' | 'ranks missing' | 'one copy of each slice';

/**
 * Chooses at random what each rank file holds. With `ranks missing` ranks go while every slice has another
 * holder; with `one copy of each slice` a random holder of each keeps it. Hyper parameters stay where a file is.
 */
export function someReplicas(
  model: RandomModel,
  strategy: Strategy,
  held: Held,
  seed: number,
): (rank: number, tensor: WholeTensor) => boolean {
  if (held === 'all ranks') return () => true;
  const holders = slicesWithHolders(model, strategy);
  const ranks = shuffled(rankCount(strategy), seed);
  if (held === 'one copy of each slice') {
    const kept = new Set(
      [...holders.values()].map(({ name, ranks: all }) => {
        const first = ranks.find((rank) => all.includes(rank));
        return `${first} ${name}`;
      }),
    );
    const hyper = new Set(model.hyper.map(({ name }) => name));
    return (rank, { name }) => hyper.has(name) || kept.has(`${rank} ${name}`);
  }
  const gone = new Set<number>();
  for (const rank of ranks) {
    const needed = [...holders.values()].some(
      ({ ranks: all }) => all.includes(rank) && all.every((other) => other === rank || gone.has(other)),
    );
    if (!needed) gone.add(rank);
  }
  return (rank) => !gone.has(rank);
}

/** Every distinct slice of a stage, by where it lies in its tensor, with the ranks that hold it. */
export function slicesWithHolders(
  model: RandomModel,
  strategy: Strategy,
): Map<string, { readonly name: string; readonly ranks: number[] }> {
  const numbered: RandomModel = {
    ...model,
    parameters: model.parameters.map((tensor) => numberElements(tensor, strategy.devicesPerStage)),
  };
  const found = new Map<string, { name: string; ranks: number[] }>();
  for (let rank = 0; rank < rankCount(strategy); rank++)
    for (const { name, bytes } of slicesOf(numbered, strategy, rank)) {
      const stage = Math.floor(rank / strategy.devicesPerStage);
      const key = `${stage} ${name} ${Buffer.from(bytes).toString('hex')}`;
      const slice = found.get(key);
      if (slice) slice.ranks.push(rank);
      else found.set(key, { name, ranks: [rank] });
    }
  return found;
}

/**
 * The same tensor with each element's own number as its value: equal slices are then the same slice. A dimension
 * without elements gets some, as many as any layout can cut.
 */
function numberElements(tensor: WholeTensor, devices: number): WholeTensor {
  const shape = tensor.shape.map((n) => n || devices);
  const count = shape.reduce((product, n) => product * n, 1);
  return {
    ...tensor,
    shape,
    dtype: 'U32',
    bytes: new Uint8Array(Uint32Array.from({ length: count }, (_, i) => i).buffer),
  };
}

function shuffled(count: number, seed: number): number[] {
  const order = pseudoRandom(seed * 2 + 1)(count);
  return Array.from({ length: count }, (_, i) => i).sort((a, b) => (order[a] ?? 0) - (order[b] ?? 0));
}

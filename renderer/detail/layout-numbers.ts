import type { Layout } from '../../shared/strategy/strategy.ts';

/** "[2, 4]". */
export function matrixNumbers({ deviceMatrix }: Pick<Layout, 'deviceMatrix'>): string {
  return `[${deviceMatrix.join(', ')}]`;
}

/**
 * The tensor map as MindSpore writes it, `[1, 0]`; several axes of one dimension keep their brackets. With optimizer
 * sharding also ", optimizer shard 2".
 */
export function mapNumbers({ tensorMap, optShardSize }: Pick<Layout, 'tensorMap' | 'optShardSize'>): string {
  const map = tensorMap.map((axes) =>
    axes.length === 1 ? minus(axes[0] ?? 0) : `[${axes.map(minus).join(', ')}]`,
  );
  const shard = optShardSize === 0 ? '' : `, optimizer shard ${optShardSize === -1 ? 'all' : optShardSize}`;
  return `[${map.join(', ')}]${shard}`;
}

function minus(axis: number): string {
  return axis < 0 ? `−${-axis}` : String(axis);
}

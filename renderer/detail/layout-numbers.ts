import type { Layout } from '../../shared/strategy/strategy.ts';
import { t } from '../language/t.ts';

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
  const numbers = `[${map.join(', ')}]`;
  switch (optShardSize) {
    case 0:
      return numbers;
    case -1:
      return t('{{map}}, optimizer shard all', { map: numbers });
    default:
      return t('{{map}}, optimizer shard {{size}}', { map: numbers, size: optShardSize });
  }
}

function minus(axis: number): string {
  return axis < 0 ? `−${-axis}` : String(axis);
}

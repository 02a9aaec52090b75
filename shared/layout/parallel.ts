import { CUT_RULES } from '../strategy/cut-rules.ts';
import type { Layout, Strategy } from '../strategy/strategy.ts';
import { strategyAxisNames } from './axis-names.ts';

/** A parallel configuration, in the words of MindSpore Transformers' `parallel_config`. */
export interface ParallelNumbers {
  readonly dataParallel: number;
  readonly modelParallel: number;
  readonly pipelineStages: number;
  /** `optimizer_weight_shard_size`: replicas that share the optimizer's work, 0 is off, -1 all. */
  readonly optimizerShard: number;
  /** `vocab_emb_dp`: the embedding is whole on each rank; absent where nothing shows it. */
  readonly vocabEmbDp?: boolean;
}

/** The device matrix that most parameters have; undefined for a strategy without any. */
export function commonMatrix(strategy: Strategy): readonly number[] | undefined {
  const counts = new Map<string, { matrix: readonly number[]; count: number }>();
  for (const layout of layoutsOf(strategy)) {
    const key = layout.deviceMatrix.join();
    const same = counts.get(key) ?? { matrix: layout.deviceMatrix, count: 0 };
    same.count++;
    counts.set(key, same);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.matrix;
}

/**
 * The numbers that a strategy was compiled with. Axes are told apart by their use (`axis-names.ts`): undefined
 * where there are others than one that cuts and one that replicates.
 */
export function parallelNumbers(strategy: Strategy): ParallelNumbers | undefined {
  const matrix = commonMatrix(strategy);
  if (!matrix) return undefined;
  const names = strategyAxisNames(strategy)(matrix);
  if (matrix.some((size, axis) => size > 1 && names[axis] !== 'dp' && names[axis] !== 'mp')) return undefined;
  const size = (name: string) => matrix[names.indexOf(name)] ?? 1;
  const vocabEmbDp = size('mp') > 1 ? embeddingIsWhole(strategy) : undefined;
  const sharded = [...layoutsOf(strategy)].find((layout) => layout.optShardStep !== 0);
  return {
    dataParallel: size('dp'),
    modelParallel: size('mp'),
    pipelineStages: strategy.stages.length,
    optimizerShard: sharded?.optShardSize ?? 0,
    ...(vocabEmbDp !== undefined && { vocabEmbDp }),
  };
}

function embeddingIsWhole({ stages }: Strategy): boolean | undefined {
  const [embedding] = CUT_RULES.filter(({ cut }) => cut === 'vocabulary');
  const layout = stages[0]?.get(embedding?.name ?? '');
  return layout?.tensorMap.flat().every((axis) => axis === -1);
}

function* layoutsOf({ stages }: Strategy): Generator<Layout> {
  for (const stage of stages) yield* stage.values();
}

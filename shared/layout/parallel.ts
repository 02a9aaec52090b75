import { CUT_RULES } from '../strategy/cut-rules.ts';
import type { Layout, Strategy } from '../strategy/strategy.ts';
import { axisUses } from './axis-names.ts';
import { axesOfExperts, isExperts, partsOfExperts } from './experts.ts';

/** A parallel configuration, in the words of MindSpore Transformers' `parallel_config`. */
export interface ParallelNumbers {
  readonly dataParallel: number;
  readonly modelParallel: number;
  readonly pipelineStages: number;
  /** Copies weights as data parallel does; absent where no axis of its own shows it. */
  readonly contextParallel?: number;
  /** Ranks of a data parallel group that share out the experts of a layer; absent where nothing shows it. */
  readonly expertParallel?: number;
  /** `optimizer_weight_shard_size`: replicas that share the optimizer's work, 0 is off, -1 all. */
  readonly optimizerShard: number;
  /** `vocab_emb_dp`: the embedding is whole on each rank; absent where nothing shows it. */
  readonly vocabEmbDp?: boolean;
  /** The first parameter that ranks with copies of the others share out, which no number says; absent where none is. */
  readonly spread?: string;
  /** The layouts leave open which axis is what: these numbers are one reading of them. */
  readonly assumed?: Assumed;
}

/** What is known where axes cannot be told apart. */
export interface Assumed {
  readonly deviceMatrix: readonly number[];
  /** `copying`: several axes copy weights. `cutting`: several cut them, not always together. */
  readonly open: 'copying' | 'cutting';
  /** Other readings; data × model × context parallel makes as many ranks in each. */
  readonly others: readonly Reading[];
}

export type Reading = Pick<ParallelNumbers, 'dataParallel' | 'modelParallel' | 'contextParallel'>;

/** The device matrix that most parameters have; undefined for a strategy without any. */
export function commonMatrix(strategy: Strategy): readonly number[] | undefined {
  return mostCommon([...layoutsOf(strategy)].map(([, layout]) => layout));
}

/**
 * The numbers that a strategy was compiled with. Axes are told apart by what they do (`axis-names.ts`): those that copy
 * weights are data and context parallel, those that cut them model parallel, and what cuts the experts of a layer is
 * expert parallel, a part of data parallel. Undefined where an axis does neither clearly.
 */
export function parallelNumbers(strategy: Strategy): ParallelNumbers | undefined {
  const all = [...layoutsOf(strategy)];
  const experts = all.filter(([name, layout]) => isExperts(name, layout)).map(([, layout]) => layout);
  const dense = all.filter(([name, layout]) => !isExperts(name, layout));
  const reading = read(dense, experts);
  if (!reading) return undefined;
  const expertParallel = partsOfExperts(experts);
  const vocabEmbDp = reading.modelParallel > 1 ? embeddingIsWhole(strategy) : undefined;
  const sharded = all.find(([, layout]) => layout.optShardStep !== 0);
  return {
    ...reading,
    pipelineStages: strategy.stages.length,
    ...(expertParallel !== undefined && { expertParallel }),
    optimizerShard: sharded?.[1].optShardSize ?? 0,
    ...(vocabEmbDp !== undefined && { vocabEmbDp }),
  };
}

/** What the axes of the most common device matrix mean, and whether they could mean something else. */
function read(
  named: readonly (readonly [name: string, layout: Layout])[],
  experts: readonly Layout[],
): (Reading & Pick<ParallelNumbers, 'assumed' | 'spread'>) | undefined {
  const layouts = named.map(([, layout]) => layout);
  const deviceMatrix = mostCommon(layouts);
  if (!deviceMatrix) return undefined;
  const { cutting, copying } = axisUses(layouts)(deviceMatrix);
  if (deviceMatrix.some((n, axis) => n > 1 && !cutting.includes(axis) && !copying.includes(axis)))
    return undefined;
  const size = (axes: readonly number[]) =>
    axes.reduce((product, axis) => product * (deviceMatrix[axis] ?? 1), 1);
  const copies = size(copying);
  const parts = size(cutting);
  const ofExperts = axesOfExperts(experts, deviceMatrix);
  const plain = copying.filter((axis) => !ofExperts.has(axis));
  /** Context parallel from one of the plain axes on: in MindSpore Transformers' layouts it follows data parallel. */
  const contextFrom = (first: number) => readingOf(copies, parts, size(plain.slice(first)));

  const ofMatrix = named.filter(([, layout]) => layout.deviceMatrix.join() === deviceMatrix.join());
  const spread = ofMatrix.find(([, { tensorMap }]) =>
    copying.some((axis) => tensorMap.flat().includes(deviceMatrix.length - 1 - axis)),
  );
  const likely = {
    ...contextFrom(Math.max(1, plain.length - 1)),
    ...(spread && { spread: spread[0] }),
  };
  if (!cutTogether(cutting, deviceMatrix, layouts)) {
    const single = [...new Set(cutting.map((axis) => size([axis])))];
    const others = single.map((one) => readingOf((copies * parts) / one, one, 1));
    return { ...likely, assumed: { deviceMatrix, open: 'cutting', others } };
  }
  if (plain.length < 2) return likely;
  const firsts = plain.map((_, i) => i + 1).filter((first) => first !== plain.length - 1);
  return { ...likely, assumed: { deviceMatrix, open: 'copying', others: firsts.map(contextFrom) } };
}

/** @param copies ranks that hold the same weights, `context` of them context parallel */
function readingOf(copies: number, modelParallel: number, context: number): Reading {
  return {
    dataParallel: copies / context,
    modelParallel,
    ...(context > 1 && { contextParallel: context }),
  };
}

/**
 * Whether the axes cut as one axis of their product would: they stand side by side in the matrix, and in every layout
 * either none of them cuts or all of them one dimension, slow to fast.
 */
function cutTogether(
  axes: readonly number[],
  matrix: readonly number[],
  layouts: readonly Layout[],
): boolean {
  const [first] = axes;
  const last = axes.at(-1);
  if (first === undefined || last === undefined || last === first) return true;
  const between = matrix.slice(first, last + 1).filter((n) => n > 1).length;
  if (between !== axes.length) return false;
  const entries = axes.map((axis) => matrix.length - 1 - axis);
  return layouts
    .filter(({ deviceMatrix }) => deviceMatrix.join() === matrix.join())
    .flatMap(({ tensorMap }) => tensorMap)
    .every((cut) => {
      const own = cut.filter((k) => entries.includes(k));
      return own.length === 0 || own.join() === entries.join();
    });
}

function mostCommon(layouts: readonly Layout[]): readonly number[] | undefined {
  const counts = new Map<string, { matrix: readonly number[]; count: number }>();
  for (const { deviceMatrix } of layouts) {
    const key = deviceMatrix.join();
    const same = counts.get(key) ?? { matrix: deviceMatrix, count: 0 };
    same.count++;
    counts.set(key, same);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count)[0]?.matrix;
}

function embeddingIsWhole({ stages }: Strategy): boolean | undefined {
  const [embedding] = CUT_RULES.filter(({ cut }) => cut === 'vocabulary');
  const layout = stages[0]?.get(embedding?.name ?? '');
  return layout?.tensorMap.flat().every((axis) => axis === -1);
}

function* layoutsOf({ stages }: Strategy): Generator<readonly [name: string, layout: Layout]> {
  for (const stage of stages) yield* stage;
}

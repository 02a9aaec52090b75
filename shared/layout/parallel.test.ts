import { expect, test } from 'vitest';
import type { Layout, Strategy } from '../strategy/strategy.ts';
import { parallelNumbers } from './parallel.ts';

function layout(deviceMatrix: number[], tensorMap: number[][], optShardSize = 0): Layout {
  return {
    deviceMatrix,
    tensorMap,
    optShardStep: optShardSize === 0 ? 0 : 1,
    optShardSize,
    paramSplitShape: [],
    indicesOffset: [],
    field: 0,
  };
}

function strategy(stages: readonly (readonly Layout[])[], devicesPerStage: number): Strategy {
  return {
    stages: stages.map((layouts) => new Map(layouts.map((one, i) => [`p${i}`, one]))),
    devicesPerStage,
  };
}

test('the matrix that most parameters have gives the numbers, the strategy its stages', () => {
  const layouts = [layout([2, 4], [[0], [-1]]), layout([2, 4], [[-1], [0]]), layout([8], [[-1]])];
  expect(parallelNumbers(strategy([layouts, layouts], 8))).toEqual({
    dataParallel: 2,
    modelParallel: 4,
    pipelineStages: 2,
    optimizerShard: 0,
  });
});

test('optimizer sharding as it is written: a number of replicas, or -1 for all', () => {
  const sharded = (size: number) =>
    parallelNumbers(strategy([[layout([4, 2], [[0], [-1]], size), layout([4, 2], [[-1]])]], 8));
  expect(sharded(2)).toMatchObject({ dataParallel: 4, modelParallel: 2, optimizerShard: 2 });
  expect(sharded(-1)).toMatchObject({ optimizerShard: -1 });
});

test('one device, and data parallel alone', () => {
  expect(parallelNumbers(strategy([[layout([1], [[-1]])]], 1))).toMatchObject({
    dataParallel: 1,
    modelParallel: 1,
  });
  expect(parallelNumbers(strategy([[layout([8], [[-1], [-1]])]], 8))).toMatchObject({
    dataParallel: 8,
    modelParallel: 1,
  });
});

test('two axes that copy are data and context parallel, or data parallel alone', () => {
  const three = [layout([2, 3, 4], [[0], [-1]]), layout([2, 3, 4], [[-1], [0]]), layout([2, 3, 4], [[-1]])];
  expect(parallelNumbers(strategy([three], 24))).toEqual({
    ...{ dataParallel: 2, contextParallel: 3, modelParallel: 4, pipelineStages: 1, optimizerShard: 0 },
    assumed: {
      deviceMatrix: [2, 3, 4],
      open: 'copying',
      others: [{ dataParallel: 6, modelParallel: 4 }],
    },
  });
  const four = parallelNumbers(strategy([[layout([2, 3, 5, 4], [[0]])]], 120));
  expect(four).toMatchObject({ dataParallel: 6, contextParallel: 5, modelParallel: 4 });
  expect(four?.assumed?.others).toEqual([
    { dataParallel: 2, modelParallel: 4, contextParallel: 15 },
    { dataParallel: 30, modelParallel: 4 },
  ]);
});

test('axes that always cut one dimension together are one', () => {
  const matrix = [2, 2, 1, 2];
  const rows = layout(matrix, [[2, 0], [-1]]);
  const columns = layout(matrix, [[-1], [2, 0]]);
  const numbers = parallelNumbers(strategy([[rows, columns, rows, columns]], 8));
  expect(numbers).toEqual({ dataParallel: 2, modelParallel: 4, pipelineStages: 1, optimizerShard: 0 });
  // The other way round ranks hold other slices than one axis of four would give them.
  expect(parallelNumbers(strategy([[layout(matrix, [[0, 2], [-1]])]], 8))).toHaveProperty('assumed');
});

test('a parameter that data parallel ranks share out is named: no number says it', () => {
  const rows = layout([2, 4], [[0], [-1]]);
  const numbers = parallelNumbers(strategy([[rows, rows, rows, layout([2, 4], [[1, 0], [-1]])]], 8));
  expect(numbers).toMatchObject({ dataParallel: 2, modelParallel: 4, spread: 'p3' });
});

test('axes that cut apart from each other are two readings of model parallel', () => {
  const both = layout([2, 2, 4], [[1], [0]]);
  expect(parallelNumbers(strategy([[both, both]], 16))).toMatchObject({
    ...{ dataParallel: 2, modelParallel: 8 },
    assumed: {
      deviceMatrix: [2, 2, 4],
      open: 'cutting',
      others: [
        { dataParallel: 8, modelParallel: 2 },
        { dataParallel: 4, modelParallel: 4 },
      ],
    },
  });
});

test('an axis that cuts some parameters and not others gives no numbers, nor does a strategy of none', () => {
  const some = [[0], [1], [2]].map(([k = 0]) => layout([2, 2, 2], [[k]]));
  expect(parallelNumbers(strategy([some], 8))).toBeUndefined();
  expect(parallelNumbers(strategy([[]], 1))).toBeUndefined();
});

test('experts are shared out within data parallel', () => {
  const dense = (matrix: number[]): [string, Layout][] => [
    ['model.layers.0.attention.wq.weight', layout(matrix, [[0], [-1]])],
    ['model.layers.0.feed_forward.shared_experts.w2.weight', layout(matrix, [[-1], [0]])],
  ];
  const experts = (matrix: number[], map: number[][]): [string, Layout][] => [
    ['model.layers.0.feed_forward.routed_experts.ffn.w1.weight', layout(matrix, map)],
    ['model.layers.0.feed_forward.routed_experts.ffn.w2.weight', layout(matrix, map)],
  ];
  const numbersOf = (...named: [string, Layout][][]) =>
    parallelNumbers({ stages: [new Map(named.flat())], devicesPerStage: 16 });
  // In a device matrix of their own, or as an axis of the one that all have.
  const own = numbersOf(dense([8, 2]), experts([2, 4, 2], [[1], [-1], [0]]));
  const shared = numbersOf(dense([2, 4, 2]), experts([2, 4, 2], [[1], [-1], [0]]));
  for (const numbers of [own, shared]) {
    expect(numbers).toMatchObject({ dataParallel: 8, modelParallel: 2, expertParallel: 4 });
    expect(numbers).not.toHaveProperty('assumed');
    expect(numbers).not.toHaveProperty('contextParallel');
  }
  expect(numbersOf(dense([8, 2]), experts([8, 2], [[-1], [-1], [0]]))).not.toHaveProperty('expertParallel');
});

test('whether the embedding is whole on each rank, where model parallelism could cut it', () => {
  const named = (matrix: number[], embedding: number[][]): Strategy => ({
    stages: [
      new Map([
        ['model.tok_embeddings.embedding_weight', layout(matrix, embedding)],
        ['model.layers.0.attention.wq.weight', layout(matrix, [[0], [-1]])],
      ]),
    ],
    devicesPerStage: 8,
  });
  expect(parallelNumbers(named([2, 4], [[0], [-1]]))).toMatchObject({ vocabEmbDp: false });
  expect(parallelNumbers(named([2, 4], [[-1], [-1]]))).toMatchObject({ vocabEmbDp: true });
  expect(parallelNumbers(named([8, 1], [[-1], [-1]]))).not.toHaveProperty('vocabEmbDp');
});

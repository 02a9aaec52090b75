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

test('axes that nobody can tell apart give no numbers', () => {
  const both = layout([2, 2, 2], [[1], [0]]);
  expect(parallelNumbers(strategy([[both, both]], 8))).toBeUndefined();
  expect(parallelNumbers(strategy([[]], 1))).toBeUndefined();
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

import { expect, test } from 'vitest';
import { buildModel, type Model } from '../model.ts';
import { layoutOf, type Stored, weightFile } from '../table/sample-model.ts';
import { planRankFolders } from './rank-folders.ts';
import { withReplicas } from './replicas.ts';

/** Four ranks: two copies of two slices. */
const strategy = {
  stages: [new Map(['a', 'b'].map((name) => [name, layoutOf([2, 2], [0, -1])]))],
  devicesPerStage: 4,
};
const stored: Stored[] = ['a', 'b'].map((name) => [name, 'U8', [2, 6]]);
const model = buildModel(
  [0, 1, 2, 3].map((rank) => weightFile(`/rank_${rank}/net.safetensors`, stored, rank)),
  { strategy, complete: false },
);

const plan = planRankFolders(model, {
  ...{ job: 'dedupe', target: strategy, removeRedundancy: true, hyper: 'own' },
  fileName: (rank) => `rank_${rank}/net.safetensors`,
});

test('each slice is compared with its copies, and with no other slice', () => {
  const compared = withReplicas(plan, model).moves.flatMap(({ replicas = [] }) =>
    replicas.map(({ piece, copies }) => [piece.tensor, piece.rank, copies.map(({ rank }) => rank)]),
  );
  expect(compared).toEqual([
    ['a', 0, [2]],
    ['a', 1, [3]],
    ['b', 0, [2]],
    ['b', 1, [3]],
  ]);
});

test('the copies of a tensor are looked for once, however many slices go by themselves', () => {
  const asked: string[] = [];
  const counted: Model = {
    ...model,
    pieces: (tensor) => {
      asked.push(tensor.name);
      return model.pieces(tensor);
    },
  };
  expect(plan.moves).toHaveLength(4);
  withReplicas(plan, counted);
  expect(asked).toEqual(['a', 'b']);
});

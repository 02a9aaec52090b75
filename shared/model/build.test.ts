import { expect, test } from 'vitest';
import { layoutOf, weightFile } from '../table/sample-model.ts';
import { buildModel } from './build.ts';

test('what the strategy names is a parameter, however small it is and whatever it is called', () => {
  const files = [0, 1].map((rank) =>
    weightFile(
      `/c/rank_${rank}/a.safetensors`,
      [
        ['temperature', 'F32', [1]],
        ['loss_scale', 'F32', []],
        ['epoch_num', 'I32', []],
      ],
      rank,
    ),
  );
  const stage = new Map([
    ['temperature', layoutOf([2], [-1])],
    ['loss_scale', layoutOf([2], [])],
  ]);
  const model = buildModel(files, { complete: false, strategy: { stages: [stage], devicesPerStage: 2 } });
  expect(model.tensors.map(({ name, role }) => [name, role])).toEqual([
    ['epoch_num', 'hyper'],
    ['loss_scale', 'weight'],
    ['temperature', 'weight'],
  ]);
});

import { expect, test } from 'vitest';
import type { WeightHeader } from './checkpoint.ts';
import { buildModel } from './model.ts';
import { redundancyReport } from './redundancy-report.ts';
import type { Layout, Strategy } from './strategy/strategy.ts';

const layout = (tensorMap: number[], optShardSize = 0): Layout => ({
  deviceMatrix: [2, 2],
  tensorMap: tensorMap.map((k) => [k]),
  optShardStep: optShardSize === 0 ? 0 : 2,
  optShardSize,
  paramSplitShape: [],
  indicesOffset: [],
  field: 0,
});

/** Two stages of [dp 2, mp 2]: a cut matrix and a norm on each, one tied matrix on both, an optimizer's part. */
const strategy: Strategy = {
  devicesPerStage: 4,
  stages: [
    new Map([
      ['a', layout([0, -1])],
      ['norm', layout([-1])],
      ['tied', layout([-1, -1])],
    ]),
    new Map([
      ['b', layout([0, -1], 2)],
      ['tied', layout([-1, -1])],
    ]),
  ],
};

/** F32 tensors by shape. */
function header(shapes: Record<string, number[]>): WeightHeader {
  let offset = 0;
  const tensors = Object.entries(shapes).map(([name, shape]) => {
    const byteLength = shape.reduce((product, n) => product * n, 4);
    offset += byteLength;
    return { name, dtype: 'F32' as const, shape, offset: offset - byteLength, byteLength };
  });
  return { format: 'safetensors', tensors, metadata: new Map(), notes: [], headerLength: 0 };
}

const first = header({ a: [2, 4], norm: [4], tied: [2, 2], step: [] });
const second = header({ b: [1, 4], tied: [2, 2], step: [] });

function reportOf(headers: readonly WeightHeader[]) {
  const files = headers.map((one, rank) => ({
    path: `/rank_${rank}/w.safetensors`,
    size: 1000,
    identity: '',
    rank,
    header: one,
  }));
  return redundancyReport(buildModel(files, { strategy, complete: false }), strategy);
}

test('bytes held, needed and saved, by parameter and by group of ranks', () => {
  const report = reportOf([...Array(4).fill(first), ...Array(4).fill(second)]);
  expect(report.parameters).toEqual([
    // 2 slices of 32 bytes on 2 ranks each.
    parameter('a', [4, 4], [0], 2, 2, 128, 64),
    // Cut by the model axis and shared by the optimizer: no copies.
    parameter('b', [4, 4], [1], 4, 1, 64, 64),
    parameter('norm', [4], [0], 1, 4, 64, 16),
    // Whole on each rank of both stages: one copy a stage is needed.
    parameter('tied', [2, 2], [0, 1], 1, 4, 128, 32),
  ]);
  expect(report.groups).toEqual([
    { ranks: [0, 1, 2, 3], stage: 0, parameters: 2, heldBytes: 128, neededBytes: 32, savedBytes: 96 },
    { ranks: [4, 5, 6, 7], stage: 1, parameters: 1, heldBytes: 64, neededBytes: 16, savedBytes: 48 },
    { ranks: [0, 2], stage: 0, parameters: 1, heldBytes: 64, neededBytes: 32, savedBytes: 32 },
    { ranks: [1, 3], stage: 0, parameters: 1, heldBytes: 64, neededBytes: 32, savedBytes: 32 },
    ...[4, 5, 6, 7].map((rank) => ({
      ...{ ranks: [rank], stage: 1, parameters: 1, heldBytes: 16, neededBytes: 16, savedBytes: 0 },
    })),
  ]);
  expect(report).toMatchObject({ heldBytes: 384, neededBytes: 176, savedBytes: 208 });
  expect(report.outside).toEqual({ tensors: 1, heldBytes: 32 });
});

test('without redundancy nothing is left to save; groups are those of the layouts', () => {
  const lean = [
    header({ a: [2, 4], norm: [4] }),
    header({ a: [2, 4], tied: [2, 2] }),
    header({}),
    header({}),
    ...Array(4).fill(header({ b: [1, 4] })),
  ];
  const report = reportOf(lean);
  expect(report).toMatchObject({ heldBytes: 160, neededBytes: 160, savedBytes: 0 });
  expect(report.groups.find(({ ranks }) => ranks.length === 4)).toEqual({
    ...{ ranks: [0, 1, 2, 3], stage: 0, parameters: 2, heldBytes: 32, neededBytes: 32, savedBytes: 0 },
  });
});

function parameter(
  name: string,
  shape: number[],
  stages: number[],
  slices: number,
  copies: number,
  heldBytes: number,
  neededBytes: number,
) {
  const savedBytes = heldBytes - neededBytes;
  return { name, dtype: 'F32', shape, stages, slices, copies, heldBytes, neededBytes, savedBytes };
}

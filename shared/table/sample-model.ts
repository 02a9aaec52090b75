import type { Dim, StoredTensor } from '../checkpoint.ts';
import { bitsOf, type Dtype } from '../dtype.ts';
import { buildModel, type Model, type WeightFile } from '../model.ts';
import type { Layout, Strategy } from '../strategy/strategy.ts';

/** Models for the tests of tables, filters and details: headers written down, no files. */
export type Stored = readonly [name: string, dtype: Dtype, shape: readonly Dim[]];

export function weightFile(path: string, tensors: readonly Stored[], rank?: number): WeightFile {
  let offset = 1000;
  const stored = tensors.map(([name, dtype, shape]): StoredTensor => {
    const elements = shape.reduce<number>((product, dim) => product * Number(dim), 1);
    const byteLength = (elements * bitsOf(dtype)) / 8;
    offset += byteLength;
    return { name, dtype, shape, offset: offset - byteLength, byteLength };
  });
  const header = {
    format: 'safetensors' as const,
    tensors: stored,
    metadata: new Map(),
    headerLength: 1000,
    notes: [],
  };
  return { path, size: offset, identity: path, header, ...(rank !== undefined && { rank }) };
}

export function layoutOf(deviceMatrix: number[], tensorMap: (number | number[])[], optShardSize = 0): Layout {
  return {
    deviceMatrix,
    tensorMap: tensorMap.map((axes) => (typeof axes === 'number' ? [axes] : axes)),
    optShardStep: optShardSize === 0 ? 0 : 1,
    optShardSize,
    paramSplitShape: [],
    indicesOffset: [],
    field: 0,
  };
}

/** Complete weights in one file. */
export function completeModel(tensors: readonly Stored[], path = '/data/model.safetensors'): Model {
  return buildModel([weightFile(path, tensors)], { complete: true });
}

/** Every name one element of F32, in one file. */
export function namedModel(names: readonly string[]): Model {
  return completeModel(names.map((name) => [name, 'F32', [1]]));
}

/**
 * The model of the drawings, small: one stage, device matrix [2, 4] (dp × mp), `layers` layers whose w2 is
 * 3584 × 18944 and cut by columns, with Adam's state and the step on every rank.
 */
export function distributedModel(layers = 2): { model: Model; strategy: Strategy } {
  const rows = layoutOf([2, 4], [0, -1]);
  const columns = layoutOf([2, 4], [-1, 0]);
  const whole = layoutOf([2, 4], [-1]);
  const weights: [string, Dtype, number[], Layout][] = [
    ['model.tok_embeddings.embedding_weight', 'BF16', [38016, 3584], rows],
    ['model.norm_out.weight', 'F32', [3584], whole],
  ];
  for (let i = 0; i < layers; i++) {
    weights.push([`model.layers.${i}.attention.wq.weight`, 'BF16', [896, 3584], rows]);
    weights.push([`model.layers.${i}.feed_forward.w2.weight`, 'BF16', [3584, 4736], columns]);
    weights.push([`model.layers.${i}.ffn_norm.weight`, 'F32', [3584], whole]);
  }
  const all = [
    ...weights,
    ...['adam_m', 'adam_v'].flatMap((state) =>
      weights.map(([name, , shape, layout]): (typeof weights)[number] => [
        `${state}.${name}`,
        'F32',
        shape,
        layout,
      ]),
    ),
  ];
  const stored = [
    ...all.map(([name, dtype, shape]): Stored => [name, dtype, shape]),
    ['global_step', 'I32', []] as const,
  ];
  const strategy: Strategy = {
    stages: [new Map(all.map(([name, , , layout]) => [name, layout]))],
    devicesPerStage: 8,
  };
  const files = Array.from({ length: 8 }, (_, rank) =>
    weightFile(`/data/out/checkpoint/rank_${rank}/net.safetensors`, stored, rank),
  );
  return { model: buildModel(files, { strategy, complete: false }), strategy };
}

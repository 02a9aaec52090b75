import { randomFillSync } from 'node:crypto';
import { mkdir, open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serializeHeader } from '../../shared/safetensors/serialize.ts';
import type { Layout } from '../../shared/strategy/strategy.ts';
import { writeStrategyProtobuf } from '../../shared/strategy/write.ts';
import { itemSize, type LlamaSize, llamaParameters } from '../sample/llama.ts';
import { writeSave, writeStrategies } from '../sample/training-run.ts';

const SHAPE = { hidden: 1024, kv: 512, ffn: 2816, vocabulary: 16_000 };
/** 186 M parameters with optimizer state: 1.9 GB merged, 3.7 GB on eight ranks. */
export const TWO_GB: LlamaSize = { ...SHAPE, layers: 13 };
/** 792 M parameters: 7.9 GB merged, 15.8 GB on eight ranks. */
export const EIGHT_GB: LlamaSize = { ...SHAPE, layers: 64 };

/** A training output of 8 ranks with one save (dp 2 × mp 4, replicas kept); random bytes as values. */
export async function writeRun(run: string, size: LlamaSize): Promise<void> {
  const parameters = llamaParameters(size);
  const bytesOf = (i: number) => {
    const parameter = parameters[i];
    return parameter === undefined
      ? 0
      : parameter.shape.reduce((product, n) => product * n, itemSize(parameter));
  };
  const largest = Math.max(...parameters.map((_, i) => bytesOf(i)));
  // A different part of the same random bytes for each parameter: no two are equal, and it is quick.
  const random = randomFillSync(new Uint8Array(largest + parameters.length * 64));
  await writeStrategies(run, parameters);
  await writeSave(run, 'llama', parameters, { epoch: 1, step: 100 }, (_, i) =>
    random.subarray(i * 64, i * 64 + bytesOf(i)),
  );
}

/** A merged strategy for as many ranks that cuts every matrix along its other dimension. */
export async function writeTurnedStrategy(path: string, size: LlamaSize): Promise<void> {
  const layouts = llamaParameters(size).map(({ name, layout }): [string, Layout] => [
    `0-${name}`,
    { ...layout, tensorMap: layout.tensorMap.toReversed() },
  ]);
  const items = [{ node: 'MatMul-op0', stage: 0, strategies: [[1, 4]] }];
  await writeFile(path, writeStrategyProtobuf({ currentStage: 1, items, layouts: new Map(layouts) }));
}

const MANY_RANKS = 1024;
const MANY_TENSORS = 1000;

/**
 * 1,024 ranks of 1,000 tensors (dp 128 × mp 8) with real headers and sparse data: what opening costs does not
 * depend on the data, which is never read.
 */
export async function writeManyRanks(run: string): Promise<{ tensors: number; ranks: number }> {
  const layout: Layout = {
    deviceMatrix: [MANY_RANKS / 8, 8],
    tensorMap: [[0], [-1]],
    optShardStep: 0,
    optShardSize: 0,
    paramSplitShape: [],
    indicesOffset: [],
    field: 0,
  };
  const names = Array.from(
    { length: MANY_TENSORS },
    (_, i) => `model.layers.${Math.floor(i / 10)}.feed_forward.experts.${i % 10}.w1.weight`,
  );
  const shape = [1024, 4096];
  const byteLength = 1024 * 4096 * 2;
  const header = serializeHeader(
    names.map((name) => ({ name, dtype: 'BF16', shape, byteLength })),
    new Map([['format', 'ms']]),
  );
  const strategy = writeStrategyProtobuf({
    currentStage: 0,
    items: [{ node: 'MatMul-op0', stage: 0, strategies: [[1, 1]] }],
    layouts: new Map(names.map((name) => [name, layout])),
  });
  await mkdir(join(run, 'strategy'), { recursive: true });
  for (let rank = 0; rank < MANY_RANKS; rank++) {
    const folder = join(run, 'checkpoint', `rank_${rank}`);
    await mkdir(folder, { recursive: true });
    const file = await open(join(folder, `moe_rank_${rank}-1_100.safetensors`), 'w');
    await file.write(header.bytes);
    await file.truncate(header.size);
    await file.close();
    await writeFile(join(run, 'strategy', `ckpt_strategy_rank_${rank}.ckpt`), strategy);
  }
  return { tensors: MANY_TENSORS, ranks: MANY_RANKS };
}

/** One file of many tensors, sparse and by default without elements: opening it costs what its header does. */
export async function writeManyTensors(
  path: string,
  count: number,
  nameOf: (i: number) => string,
  elements = 0,
): Promise<void> {
  const entry = (i: number) =>
    `"${nameOf(i)}":{"dtype":"U8","shape":[${elements}],"data_offsets":[${i * elements},${(i + 1) * elements}]}`;
  const json = Buffer.from(`{${Array.from({ length: count }, (_, i) => entry(i)).join(',')}}`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  await writeFile(path, Buffer.concat([length, json]));
  await truncate(path, length.length + json.length + count * elements);
}

const SAVES = { ranks: 1024, tensors: ['embedding.weight', 'norm.weight', 'output.weight'] };

/** The rank folders of a long run on 1,024 ranks, with small files. */
export async function writeManySaves(run: string, saves = 200): Promise<{ ranks: number; saves: number }> {
  const hyper = ['epoch_num', 'step_num', 'global_step'].map((name) => ({
    ...{ name, dtype: 'I32' as const, shape: [], byteLength: 4 },
  }));
  const weights = SAVES.tensors.map((name) => ({
    ...{ name, dtype: 'F32' as const, shape: [64], byteLength: 256 },
  }));
  const { bytes, size } = serializeHeader([...weights, ...hyper], new Map([['format', 'ms']]));
  const content = Buffer.concat([bytes], size);
  for (let rank = 0; rank < SAVES.ranks; rank++) {
    const folder = join(run, 'checkpoint', `rank_${rank}`);
    await mkdir(folder, { recursive: true });
    const nameOf = (save: number) => `long_rank_${rank}-1_${save * 100}.safetensors`;
    await Promise.all(
      Array.from({ length: saves }, (_, i) => writeFile(join(folder, nameOf(i + 1)), content)),
    );
    const meta = { last_epoch: 1, last_step: saves * 100, last_ckpt_file: nameOf(saves) };
    await writeFile(join(folder, 'meta.json'), JSON.stringify(meta));
  }
  return { ranks: SAVES.ranks, saves };
}

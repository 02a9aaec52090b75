import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { isDtype } from '../../shared/dtype.ts';
import { mergeStrategyFiles } from '../../shared/strategy/combine.ts';
import type { Strategy, StrategyFile } from '../../shared/strategy/strategy.ts';
import { writeStrategyJson, writeStrategyProtobuf } from '../../shared/strategy/write.ts';
import { type RandomModel, strategyOf, type WholeTensor } from './model.ts';
import { sliceOfRank } from './oracle.ts';

/** For tests: checkpoints as files, written and read with nothing of the code under test (but for strategies). */

/** Tensors lie in the order given, which is not the order in which our writer lays them out. */
export function writeSafetensors(
  path: string,
  tensors: readonly WholeTensor[],
  metadata: Readonly<Record<string, string>> = { format: 'ms' },
): void {
  let end = 0;
  const entries = tensors.map(({ name, dtype, shape, bytes }) => {
    const begin = end;
    end += bytes.length;
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`;
  });
  const header = Buffer.from(`{${[`"__metadata__":${JSON.stringify(metadata)}`, ...entries].join(',')}}`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, Buffer.concat([length, header, ...tensors.map(({ bytes }) => bytes)]));
}

export function readSafetensors(path: string): WholeTensor[] {
  const file = readFileSync(path);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header: Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }> =
    JSON.parse(file.toString('utf8', 8, start));
  return Object.entries(header).flatMap(([name, { dtype, shape, data_offsets: offsets }]) => {
    if (name === '__metadata__') return [];
    if (!isDtype(dtype)) throw new Error(`${path} has a tensor of ${dtype}`);
    return [{ name, dtype, shape, bytes: file.subarray(start + offsets[0], start + offsets[1]) }];
  });
}

/** All tensors of some files as text, in the order of their names: what two checkpoints are compared by. */
export function contentsOf(tensors: readonly WholeTensor[]): string[] {
  return tensors
    .map(
      ({ name, dtype, shape, bytes }) =>
        `${name} ${dtype} [${shape.join(', ')}] ${Buffer.from(bytes).toString('hex')}`,
    )
    .sort();
}

/** All files below a folder: path within it → bytes. */
export function filesIn(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [relative(folder, path), readFileSync(path)]),
  );
}

/** Complete weights as MindSpore lays them out, in two parts. */
export function writeComplete(folder: string, { parameters, hyper }: RandomModel): void {
  const parts = [0, 1].map((part) => parameters.filter((_, i) => i % 2 === part));
  const map = new Map<string, string>();
  parts.forEach((tensors, i) => {
    if (tensors.length === 0) return;
    writeSafetensors(join(folder, `part${i}.safetensors`), tensors);
    for (const { name } of tensors) map.set(name, `part${i}.safetensors`);
  });
  writeSafetensors(join(folder, 'hyper_param.safetensors'), hyper);
  // Not from an object, which would lose `__proto__`.
  const weightMap = [...map]
    .map(([name, file]) => `${JSON.stringify(name)}:${JSON.stringify(file)}`)
    .join(',');
  const total = parameters.reduce((sum, { bytes }) => sum + bytes.length, 0);
  writeFileSync(
    join(folder, 'param_name_map.json'),
    `{"metadata":{"total_size":${total}},"weight_map":{${weightMap}}}`,
  );
}

/** What a job from the model's first strategy to its second reads: complete weights for slicing, else rank folders. */
export function writeSources(
  folder: string,
  model: RandomModel,
  job: string,
): { path: string; strategy: string; dstStrategy: string } {
  const [a, b] = [strategyOf(model), strategyOf(model, 1)];
  const path = join(folder, 'source');
  if (job === 'slice') writeComplete(path, model);
  else writeRanks(path, model, a);
  const strategy = writeStrategy(join(folder, 'strategy_a'), a, 'merged');
  return { path, strategy, dstStrategy: writeStrategy(join(folder, 'strategy_b'), b, 'merged') };
}

export function rankCount({ stages, devicesPerStage }: Strategy): number {
  return stages.length * devicesPerStage;
}

/** What a rank holds of the parameters, by the rule. */
export function slicesOf({ parameters }: RandomModel, strategy: Strategy, rank: number): WholeTensor[] {
  const stage = strategy.stages[Math.floor(rank / strategy.devicesPerStage)];
  return parameters.flatMap((tensor) => {
    const layout = stage?.get(tensor.name);
    return layout ? [sliceOfRank(tensor, layout, rank % strategy.devicesPerStage)] : [];
  });
}

export function rankFileName(rank: number): string {
  return `net_rank_${rank}-1_10.safetensors`;
}

/** `rank_{r}/net_rank_{r}-1_10.safetensors` for each rank that `keeps` wants, with what it wants in it. */
export function writeRanks(
  folder: string,
  model: RandomModel,
  strategy: Strategy,
  keeps: (rank: number, tensor: WholeTensor) => boolean = () => true,
): void {
  for (let rank = 0; rank < rankCount(strategy); rank++) {
    const held = [...slicesOf(model, strategy, rank), ...model.hyper].filter((one) => keeps(rank, one));
    if (held.length > 0) writeSafetensors(join(folder, `rank_${rank}`, rankFileName(rank)), held);
  }
}

export const STRATEGY_FORMS = ['ranks', 'merged', 'json', 'merged json'] as const;

/** Writes the strategy in one of its forms and returns the path to name. */
export function writeStrategy(
  folder: string,
  strategy: Strategy,
  form: (typeof STRATEGY_FORMS)[number],
): string {
  mkdirSync(folder, { recursive: true });
  const json = form.endsWith('json');
  const put = (path: string, file: StrategyFile) => {
    writeFileSync(path, json ? writeStrategyJson(file) : writeStrategyProtobuf(file));
    return path;
  };
  const files = strategy.stages.map(
    (layouts, stage): StrategyFile => ({
      currentStage: stage,
      items: [{ node: `MatMul-op${stage}`, stage, strategies: [[1, strategy.devicesPerStage]] }],
      layouts,
    }),
  );
  const ending = json ? 'json' : 'ckpt';
  if (form.startsWith('merged')) {
    const named = files.map((file, stage) => ({ name: `stage_${stage}.${ending}`, file }));
    return put(join(folder, `merged_strategy.${ending}`), mergeStrategyFiles(named));
  }
  for (let rank = 0; rank < rankCount(strategy); rank++) {
    const file = files[Math.floor(rank / strategy.devicesPerStage)];
    if (file) put(join(folder, `ckpt_strategy_rank_${rank}.${ending}`), file);
  }
  return folder;
}

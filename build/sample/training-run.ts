import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boxesOf } from '../../shared/layout/layout.ts';
import { serializeHeader } from '../../shared/safetensors/serialize.ts';
import type { StrategyFile } from '../../shared/strategy/strategy.ts';
import { writeStrategyProtobuf } from '../../shared/strategy/write.ts';
import { itemSize, type Parameter, RANKS } from './llama.ts';
import { sliceBytes } from './values.ts';

export interface Save {
  readonly epoch: number;
  readonly step: number;
  /** Ranks that did not get to write this save. */
  readonly without?: readonly number[];
}

/** Bytes of a whole parameter. */
export type Values = (parameter: Parameter, index: number) => Uint8Array;

/** What every rank holds beyond the strategy; one element each. */
const HYPER = [
  { name: 'epoch_num', dtype: 'I32', shape: [] },
  { name: 'step_num', dtype: 'I32', shape: [] },
  { name: 'global_step', dtype: 'I32', shape: [1] },
  { name: 'learning_rate', dtype: 'F32', shape: [1] },
  { name: 'loss_scale', dtype: 'F32', shape: [] },
] as const;

/** Writes `strategy/ckpt_strategy_rank_{r}.ckpt` for a run of one pipeline stage. */
export async function writeStrategies(run: string, parameters: readonly Parameter[]): Promise<void> {
  const folder = join(run, 'strategy');
  await mkdir(folder, { recursive: true });
  const file: StrategyFile = {
    currentStage: 0,
    items: [
      {
        node: 'MatMul-op0',
        stage: 0,
        strategies: [
          [2, 1],
          [1, 4],
        ],
      },
    ],
    layouts: new Map(parameters.map((parameter) => [parameter.name, parameter.layout])),
  };
  const bytes = writeStrategyProtobuf(file);
  for (let rank = 0; rank < RANKS; rank++)
    await writeFile(join(folder, `ckpt_strategy_rank_${rank}.ckpt`), bytes);
}

/** Writes one save: `checkpoint/rank_{r}/{prefix}_rank_{r}-{epoch}_{step}.safetensors` for each rank. */
export async function writeSave(
  run: string,
  prefix: string,
  parameters: readonly Parameter[],
  save: Save,
  values: Values,
): Promise<void> {
  const boxes = parameters.map((one) => boxesOf(one.name, one.layout, one.shape));
  const files: (RankFile | undefined)[] = [];
  try {
    for (let rank = 0; rank < RANKS; rank++) {
      const skipped = save.without?.includes(rank) ?? false;
      files.push(skipped ? undefined : await createRankFile(run, prefix, parameters, boxes, save, rank));
    }
    for (const [index, parameter] of parameters.entries()) {
      const whole = values(parameter, index);
      for (const [rank, file] of files.entries()) {
        const box = boxes[index]?.[rank];
        if (file === undefined || box === undefined) continue;
        const bytes = sliceBytes(whole, itemSize(parameter), parameter.shape, box.start, box.extent);
        await file.handle.write(bytes, 0, bytes.length, file.offsets[index]);
      }
    }
  } finally {
    for (const file of files) await file?.handle.close();
  }
}

interface RankFile {
  readonly handle: FileHandle;
  /** Where each parameter's bytes go, in the order of the parameters. */
  readonly offsets: readonly number[];
}

async function createRankFile(
  run: string,
  prefix: string,
  parameters: readonly Parameter[],
  boxes: readonly (readonly { readonly extent: readonly number[] }[])[],
  save: Save,
  rank: number,
): Promise<RankFile> {
  const tensors = parameters.map((parameter, i) => {
    const shape = boxes[i]?.[rank]?.extent ?? [];
    const elements = shape.reduce((product, n) => product * n, 1);
    return {
      name: parameter.name,
      dtype: parameter.dtype,
      shape,
      byteLength: elements * itemSize(parameter),
    };
  });
  const hyper = HYPER.map((one) => ({ ...one, byteLength: 4 }));
  const header = serializeHeader([...tensors, ...hyper], new Map([['format', 'ms']]));
  const folder = join(run, 'checkpoint', `rank_${rank}`);
  await mkdir(folder, { recursive: true });
  const name = `${prefix}_rank_${rank}-${save.epoch}_${save.step}.safetensors`;
  const handle = await open(join(folder, name), 'w');
  await handle.write(header.bytes, 0, header.bytes.length, 0);
  for (const [i, bytes] of hyperBytes(save).entries())
    await handle.write(bytes, 0, bytes.length, header.offsets[tensors.length + i]);
  const meta = { last_epoch: save.epoch, last_step: save.step, last_ckpt_file: name };
  await writeFile(join(folder, 'meta.json'), JSON.stringify(meta));
  return { handle, offsets: header.offsets.slice(0, tensors.length) };
}

function hyperBytes(save: Save): Uint8Array[] {
  const integer = (value: number) => new Uint8Array(Int32Array.of(value).buffer);
  const real = (value: number) => new Uint8Array(Float32Array.of(value).buffer);
  return [integer(save.epoch), integer(save.step), integer(save.step), real(3e-4), real(1)];
}

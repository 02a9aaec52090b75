import type { Dim } from './checkpoint.ts';
import type { Dtype } from './dtype.ts';
import { BoxCache, type StageBoxes } from './model/boxes.ts';
import { numericShape } from './model/build.ts';
import { isUneven } from './model/pieces.ts';
import type { Model, ModelTensor } from './model.ts';
import { replicaGroups } from './plan/redundancy.ts';
import type { Strategy } from './strategy/strategy.ts';

/** What a checkpoint's ranks hold more than once, and what removing that would save. */
export interface RedundancyReport extends HeldBytes {
  /** Ranks that hold the same slices, those that save most first. */
  readonly groups: readonly ReplicaGroupBytes[];
  /** Those that the filter keeps, in natural order of names. The totals are of all. */
  readonly parameters: readonly ParameterBytes[];
  readonly parameterCount: number;
  /** Tensors that stay as they are: in no strategy, or split unevenly by hand. Not in the totals. */
  readonly outside: { readonly tensors: number; readonly heldBytes: number };
}

interface HeldBytes {
  /** In the files of all ranks. */
  readonly heldBytes: number;
  /** One copy of each slice in each pipeline stage: what removing redundancy leaves. */
  readonly neededBytes: number;
  readonly savedBytes: number;
}

export interface ReplicaGroupBytes extends HeldBytes {
  /** Ranks to which the layouts give the same slice, ascending. */
  readonly ranks: readonly number[];
  readonly stage: number;
  /** Parameters of which the group holds a slice. */
  readonly parameters: number;
}

export interface ParameterBytes extends HeldBytes {
  readonly name: string;
  readonly dtype: Dtype;
  /** Of the whole tensor. */
  readonly shape: readonly Dim[];
  readonly stages: readonly number[];
  /** Different slices of a stage, and how many ranks hold the most copied of them. */
  readonly slices: number;
  readonly copies: number;
}

/**
 * Counts what opened rank files hold, by group of ranks and by parameter, of those that `keeps` keeps. Costs a few steps a stored slice.
 *
 * @throws SG_SHAPE when a layout does not fit its tensor
 */
export function redundancyReport(
  model: Model,
  strategy: Strategy,
  keeps: (tensor: ModelTensor) => boolean = () => true,
): RedundancyReport {
  const boxes = new BoxCache();
  const groups = new Groups();
  const parameters: ParameterBytes[] = [];
  const all = new Bytes();
  const outside = { tensors: 0, heldBytes: 0 };
  for (const tensor of model.tensors) {
    const shape = numericShape(tensor);
    if (!shape || tensor.layouts.length === 0 || tensor.layouts.some(({ layout }) => isUneven(layout))) {
      outside.tensors++;
      for (const { stored } of tensor.holders) outside.heldBytes += stored.byteLength;
      continue;
    }
    const total = new Bytes();
    for (const { stage, layout } of tensor.layouts) {
      const stageBoxes = boxes.of(tensor.name, layout, shape);
      const firstRank = stage * strategy.devicesPerStage;
      for (const [i, slice] of slicesOf(tensor, model, stageBoxes, firstRank).entries()) {
        if (slice.heldBytes === 0) continue;
        groups.of(stageBoxes, stage, firstRank, i).add(slice);
        total.add(slice);
      }
    }
    const { name, dtype, slices, copies } = tensor;
    const stages = tensor.layouts.map(({ stage }) => stage);
    all.add(total);
    if (keeps(tensor)) parameters.push({ name, dtype, shape, stages, slices, copies, ...total.counted() });
  }
  return { ...all.counted(), groups: groups.list(), parameters, parameterCount: all.parts, outside };
}

class Bytes {
  heldBytes = 0;
  neededBytes = 0;
  parts = 0;

  add({ heldBytes, neededBytes }: { heldBytes: number; neededBytes: number }): void {
    this.heldBytes += heldBytes;
    this.neededBytes += neededBytes;
    this.parts++;
  }

  counted(): HeldBytes {
    const { heldBytes, neededBytes } = this;
    return { heldBytes, neededBytes, savedBytes: heldBytes - neededBytes };
  }
}

/** Bytes of each slice of a stage, in all copies and in one; 0 where no rank holds it. */
function slicesOf(
  { holders }: ModelTensor,
  model: Model,
  { slice, sliceCount }: StageBoxes,
  firstRank: number,
): { heldBytes: number; neededBytes: number }[] {
  const counted = Array.from({ length: sliceCount }, () => ({ heldBytes: 0, neededBytes: 0 }));
  for (const { file, stored } of holders) {
    const local = (model.files[file]?.rank ?? -1) - firstRank;
    const held = counted[slice[local] ?? -1];
    if (!held) continue;
    held.heldBytes += stored.byteLength;
    held.neededBytes = stored.byteLength;
  }
  return counted;
}

/** The groups of ranks over all parameters. A model has a handful of distinct layouts: their groups are made once. */
class Groups {
  readonly #byRanks = new Map<string, { ranks: readonly number[]; stage: number; bytes: Bytes }>();
  readonly #bySlice = new Map<StageBoxes, Map<number, readonly Bytes[]>>();

  of(boxes: StageBoxes, stage: number, firstRank: number, slice: number): Bytes {
    const stages = this.#bySlice.get(boxes) ?? new Map<number, readonly Bytes[]>();
    this.#bySlice.set(boxes, stages);
    const known =
      stages.get(stage) ?? replicaGroups(boxes.slice, firstRank).map((ranks) => this.#group(ranks, stage));
    stages.set(stage, known);
    return known[slice] ?? new Bytes();
  }

  #group(ranks: readonly number[], stage: number): Bytes {
    const key = ranks.join(',');
    const known = this.#byRanks.get(key) ?? { ranks, stage, bytes: new Bytes() };
    this.#byRanks.set(key, known);
    return known.bytes;
  }

  list(): ReplicaGroupBytes[] {
    return [...this.#byRanks.values()]
      .map(({ ranks, stage, bytes }) => ({ ranks, stage, parameters: bytes.parts, ...bytes.counted() }))
      .filter(({ parameters }) => parameters > 0)
      .sort((a, b) => b.savedBytes - a.savedBytes || (a.ranks[0] ?? 0) - (b.ranks[0] ?? 0));
  }
}

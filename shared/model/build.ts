import type { Dim, Problem, StoredTensor, TensorRole } from '../checkpoint.ts';
import { bitsOf } from '../dtype.ts';
import { volume } from '../layout/box.ts';
import { fullShapeOf } from '../layout/layout.ts';
import type { Holder, Model, ModelTensor, WeightFile } from '../model.ts';
import type { Layout, Strategy } from '../strategy/strategy.ts';
import { naturalCompare } from '../text/natural-order.ts';
import { BoxCache } from './boxes.ts';
import { piecesOf } from './pieces.ts';
import { problemsOf } from './problems.ts';
import { Roles } from './roles.ts';

export interface ModelOptions {
  readonly strategy?: Strategy;
  /** The files are complete weights: each tensor is whole wherever it lies. */
  readonly complete: boolean;
}

/** Name of the file that holds what rank 0 had beyond the strategy (docs/formats.md, complete weights). */
const HYPER_FILE = /(^|[/\\])hyper_param\.(safetensors|ckpt)$/;

/**
 * Puts the tensors of all weight files together. Costs one map look-up per tensor of each distinct header, so
 * that a thousand ranks with equal headers are as cheap as one.
 *
 * @param files rank files of one save, or the files of complete weights; in the order they should be named
 */
export function buildModel(files: readonly WeightFile[], options: ModelOptions): Model {
  const byName = collectTensors(files);
  const builder = new TensorBuilder(files, options, byName);
  const tensors = [...byName.values()].sort((a, b) => naturalCompare(a.name, b.name));
  for (const tensor of tensors) builder.complete(tensor);
  const problems: Problem[] = [];
  const { boxes } = builder;
  const model: Model = {
    files,
    tensors,
    byName,
    pieces: (tensor) => piecesOf(tensor, files, boxes, options),
    problems,
  };
  problems.push(...problemsOf(model, boxes, options));
  return model;
}

/** A tensor while its holders are collected: one object per name, filled in place (there may be a million). */
type Growing = { -readonly [K in keyof ModelTensor]: ModelTensor[K] } & { holders: Holder[] };

/** Name → tensor with every file that has it, in file order; all else is as the first file stores it. */
function collectTensors(files: readonly WeightFile[]): Map<string, Growing> {
  const byHeader = new Map<WeightFile['header'], number[]>();
  files.forEach((file, index) => {
    const same = byHeader.get(file.header);
    if (same) same.push(index);
    else byHeader.set(file.header, [index]);
  });
  const byName = new Map<string, Growing>();
  for (const [header, indexes] of byHeader) {
    for (const stored of header.tensors) {
      // An exact array: pushing to an empty one would reserve 17 places, which a million tensors feel.
      const holders = indexes.map((file) => ({ file, stored }));
      const tensor = byName.get(stored.name);
      if (tensor) tensor.holders.push(...holders);
      else byName.set(stored.name, asStored(stored, holders));
    }
  }
  if (byHeader.size > 1) {
    for (const { holders } of byName.values()) holders.sort((a, b) => a.file - b.file);
  }
  return byName;
}

const NO_LAYOUTS: ModelTensor['layouts'] = [];

function asStored({ name, dtype, shape, byteLength }: StoredTensor, holders: Holder[]): Growing {
  return {
    name,
    dtype,
    shape,
    elements: 0,
    byteLength,
    role: 'weight',
    holders,
    slices: 1,
    copies: 1,
    layouts: NO_LAYOUTS,
  };
}

/** Fills in what follows from all files together: whole shape, role, slices and copies. */
class TensorBuilder {
  readonly boxes = new BoxCache();
  readonly #files: readonly WeightFile[];
  readonly #options: ModelOptions;
  readonly #roles: Roles;
  readonly #hyperFiles: ReadonlySet<number>;

  constructor(files: readonly WeightFile[], options: ModelOptions, names: { has(name: string): boolean }) {
    this.#files = files;
    this.#options = options;
    this.#roles = new Roles(names);
    const hyper = files.flatMap((file, i) => (options.complete && HYPER_FILE.test(file.path) ? [i] : []));
    this.#hyperFiles = new Set(hyper);
  }

  complete(tensor: Growing): void {
    const [first] = tensor.holders;
    if (!first) return;
    const { strategy } = this.#options;
    if (strategy) tensor.layouts = layoutsOf(tensor.name, strategy);
    const layout = layoutOfHolder(first, this.#files, tensor.layouts, strategy) ?? tensor.layouts[0]?.layout;
    const stored = numericShape(first.stored);
    tensor.dtype = first.stored.dtype;
    tensor.shape = layout && stored ? wholeShape(layout, stored, first.stored) : first.stored.shape;
    const whole = numericShape(tensor);
    tensor.elements = whole ? volume(whole) : 0;
    tensor.byteLength = layout ? (tensor.elements * bitsOf(tensor.dtype)) / 8 : first.stored.byteLength;
    tensor.role = this.#roleOf(tensor, first.file);
    if (!layout || !whole) {
      tensor.copies = tensor.holders.length;
      return;
    }
    try {
      tensor.slices = this.boxes.of(tensor.name, layout, whole).sliceCount;
    } catch {
      // The layout does not fit this tensor; `problemsOf` says so with the numbers, and pieces() refuses.
    }
    const perStage = tensor.holders.length / tensor.layouts.length;
    tensor.copies = Math.max(1, Math.ceil(perStage / tensor.slices));
  }

  #roleOf(tensor: ModelTensor, file: number): TensorRole {
    // A strategy names the parameters, whatever they are called and however small they are.
    if (this.#options.strategy)
      return tensor.layouts.length === 0 ? 'hyper' : this.#roles.weightOrState(tensor.name);
    if (!this.#options.complete) return this.#roles.ofRankFile(tensor.name, tensor.elements);
    return this.#hyperFiles.has(file) ? 'hyper' : this.#roles.weightOrState(tensor.name);
  }
}

function layoutsOf(name: string, strategy: Strategy): ModelTensor['layouts'] {
  const found: { stage: number; layout: Layout }[] = [];
  strategy.stages.forEach((stage, index) => {
    const layout = stage.get(name);
    if (layout) found.push({ stage: index, layout });
  });
  return found;
}

/** The layout of the stage that the holder's rank belongs to. */
function layoutOfHolder(
  holder: Holder,
  files: readonly WeightFile[],
  layouts: ModelTensor['layouts'],
  strategy: Strategy | undefined,
): Layout | undefined {
  const rank = files[holder.file]?.rank;
  if (rank === undefined || !strategy) return undefined;
  const stage = Math.floor(rank / strategy.devicesPerStage);
  return layouts.find((entry) => entry.stage === stage)?.layout;
}

/** The stored shape as numbers; undefined where a dimension is above 2^53 (legal only in empty tensors). */
export function numericShape(stored: { readonly shape: readonly Dim[] }): readonly number[] | undefined {
  return stored.shape.every((dim): dim is number => typeof dim === 'number') ? stored.shape : undefined;
}

function wholeShape(layout: Layout, stored: readonly number[], tensor: StoredTensor): readonly Dim[] {
  return layout.tensorMap.length === stored.length ? fullShapeOf(layout, stored) : tensor.shape;
}

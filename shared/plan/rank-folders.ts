import { bitsOf } from '../dtype.ts';
import { refuse } from '../errors.ts';
import { type Box, intersect, volume, wholeBox } from '../layout/box.ts';
import { BoxCache } from '../model/boxes.ts';
import type { Model, ModelTensor } from '../model.ts';
import { serializeHeader } from '../safetensors/serialize.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { escapeText } from '../text/escape.ts';
import { nameList } from '../text/name-list.ts';
import { naturalCompare } from '../text/natural-order.ts';
import { formatCount } from '../text/units.ts';
import { carriedMetadata, metadataFor } from './carried-metadata.ts';
import { coverTensor } from './cover.ts';
import type { Piece } from './piece.ts';
import type { Move, OutputFile, Plan, Unmatched } from './plan.ts';
import { assignParameters } from './redundancy.ts';
import { sliceMoves } from './slice-moves.ts';

export interface RankFoldersRequest {
  readonly job: 'slice' | 'reshard' | 'dedupe' | 'restore';
  /** Layouts to write, over `target.stages.length × target.devicesPerStage` ranks. */
  readonly target: Strategy;
  /** Ranks to write; all of them when absent. */
  readonly ranks?: readonly number[];
  readonly removeRedundancy: boolean;
  /** Path of a rank's file in the output folder, with its `rank_{r}/`. */
  fileName(rank: number): string;
  /** Hyper parameters: the lowest rank's copy into every rank, or each rank's own where it is here. */
  readonly hyper: 'lowest' | 'own';
}

/**
 * The plan that writes rank folders: slicing complete weights, resharding from one strategy to another,
 * removing and restoring redundancy. The sources may be complete or cut; `coverTensor` makes them the same.
 *
 * @throws SG_SHAPE when the target cuts a dimension unevenly; SG_DEVICES for a rank beyond the target
 */
export function planRankFolders(model: Model, request: RankFoldersRequest): Plan {
  const { target } = request;
  const boxes = new BoxCache();
  const rankCount = target.stages.length * target.devicesPerStage;
  const ranks = request.ranks ?? Array.from({ length: rankCount }, (_, rank) => rank);
  const beyond = ranks.find((rank) => rank >= rankCount);
  if (beyond !== undefined) {
    refuse(
      'SG_DEVICES',
      `rank ${beyond} was asked for, the target strategy has ranks 0 to ${rankCount - 1}`,
      'Ask for ranks of the target strategy.',
      { expected: `0 to ${rankCount - 1}`, found: `${beyond}` },
    );
  }

  const warnings: string[] = [];
  const { chosen: parameters, unmatched } = chooseParameters(model, target, warnings);
  const hyper = model.tensors.filter((tensor) => tensor.role === 'hyper');
  const hyperSources = hyper.map((tensor) => hyperSourcesOf(model, tensor, request.hyper));
  const shapes = new Map(parameters.map((tensor) => [tensor.name, shapeOf(tensor)]));
  const kept = request.removeRedundancy ? assignParameters(target, shapes, boxes) : undefined;

  const files = new RankFiles(model, request);
  const wanted = new Map<string, Piece[]>(parameters.map((tensor) => [tensor.name, []]));
  const moves: Move[] = [];
  for (const rank of ranks) {
    const stage = Math.floor(rank / target.devicesPerStage);
    const layouts = target.stages[stage];
    const parts: Part[] = [];
    for (const tensor of parameters) {
      const layout = layouts?.get(tensor.name);
      const shape = shapes.get(tensor.name);
      if (!layout || !shape || kept?.keeps(rank, tensor.name) === false) continue;
      const box = boxes.of(tensor.name, layout, shape).boxes[rank % target.devicesPerStage];
      if (box) parts.push({ tensor, shape, box, stage });
    }
    const extras = hyper.flatMap((tensor, i) => hyperPart(tensor, hyperSources[i]?.(rank)));
    const pieces = files.add(rank, [...parts, ...extras.map((extra) => extra.part)]);
    pieces.forEach((piece, i) => {
      const extra = extras[i - parts.length];
      if (extra) moves.push({ from: [extra.source], to: [piece] });
      else wanted.get(piece.tensor)?.push(piece);
    });
  }
  for (const tensor of parameters) {
    const to = wanted.get(tensor.name) ?? [];
    if (to.length === 0) continue;
    const from = coverTensor(model.pieces(tensor));
    moves.push(...sliceMoves(request.ranks ? neededBy(to, from) : from, to));
  }
  const { outputs } = files;
  return { job: request.job, sources: model.files, outputs, texts: [], moves, warnings, unmatched };
}

/** The source pieces that some ranks' parts lie in: theirs are all that is read. */
function neededBy(to: readonly Piece[], from: readonly Piece[]): readonly Piece[] {
  const boxes = new Set(to.map((piece) => piece.box));
  return from.filter((piece) => [...boxes].some((box) => intersect(box, piece.box)));
}

/** A tensor's part that a rank is to hold. */
interface Part {
  readonly tensor: ModelTensor;
  readonly shape: readonly number[];
  readonly box: Box;
  readonly stage?: number;
}

function shapeOf(tensor: ModelTensor): readonly number[] {
  return tensor.shape.map((dim) => {
    if (typeof dim === 'number') return dim;
    return refuse(
      'ST_OVERFLOW',
      `tensor '${escapeText(tensor.name)}' has a dimension of ${dim}, more than 2^53`,
      'Such a tensor is empty; leave it out.',
      { tensor: tensor.name },
    );
  });
}

/** Tensors that both sides know; what only one side knows is listed, never silently dropped. */
function chooseParameters(
  model: Model,
  target: Strategy,
  warnings: string[],
): { chosen: readonly ModelTensor[]; unmatched: Unmatched } {
  const inTarget = new Set(target.stages.flatMap((stage) => [...stage.keys()]));
  const weights = model.tensors.filter((tensor) => tensor.role !== 'hyper');
  const chosen = weights.filter(({ name }) => inTarget.has(name));
  const notInStrategy = weights.map(({ name }) => name).filter((name) => !inTarget.has(name));
  const notInWeights = [...inTarget].filter((name) => !model.byName.has(name)).sort(naturalCompare);
  if (notInStrategy.length > 0) {
    warnings.push(
      notInStrategy.length === 1
        ? `${nameList(notInStrategy)} is not in the strategy and is left out.`
        : `${formatCount(notInStrategy.length)} tensors are not in the strategy and are left out: ${nameList(notInStrategy)}.`,
    );
  }
  if (notInWeights.length > 0) {
    warnings.push(
      notInWeights.length === 1
        ? `${nameList(notInWeights)} of the strategy is not in the weights.`
        : `${formatCount(notInWeights.length)} parameters of the strategy are not in the weights: ${nameList(notInWeights)}.`,
    );
  }
  if (chosen.length === 0) {
    refuse(
      'CP_EMPTY',
      `none of the ${formatCount(weights.length)} tensors is in the strategy`,
      "Name the strategy of a model with these parameters; rename the weights first if their names are Hugging Face's.",
    );
  }
  return { chosen, unmatched: { notInStrategy, notInWeights } };
}

/** Where a rank's copy of a hyper parameter comes from. */
function hyperSourcesOf(
  model: Model,
  tensor: ModelTensor,
  whose: 'lowest' | 'own',
): (rank: number) => Piece | undefined {
  const pieces = model.pieces(tensor);
  if (whose === 'lowest') return () => pieces[0];
  const byRank = new Map(pieces.map((piece) => [piece.rank, piece]));
  const here = new Set(model.files.map((file) => file.rank));
  // A rank that was lost needs the step count as much as its slices.
  return (rank) => (here.has(rank) ? byRank.get(rank) : pieces[0]);
}

function hyperPart(tensor: ModelTensor, source: Piece | undefined): { part: Part; source: Piece }[] {
  if (!source) return [];
  return [{ part: { tensor, shape: source.shape, box: wholeBox(source.shape) }, source }];
}

/** The files of the ranks. Ranks of a stage have equal headers unless redundancy was removed: made once. */
class RankFiles {
  readonly outputs: OutputFile[] = [];
  readonly #model: Model;
  readonly #request: RankFoldersRequest;
  readonly #metadata: ReadonlyMap<string, string>;
  readonly #headers = new Map<string, ReturnType<typeof serializeHeader>>();

  constructor(model: Model, request: RankFoldersRequest) {
    this.#model = model;
    this.#request = request;
    const metadata = new Map([...carriedMetadata(model), ['format', 'ms']]);
    if (request.job === 'dedupe' || request.job === 'restore' || request.removeRedundancy) {
      metadata.set('remove_redundancy', request.removeRedundancy ? 'True' : 'False');
    }
    this.#metadata = metadata;
  }

  add(rank: number, parts: readonly Part[]): Piece[] {
    const file = this.outputs.length;
    const key = parts.map((part) => `${part.tensor.name}\0${part.box.extent.join(',')}`).join('\0\0');
    let header = this.#headers.get(key);
    if (!header) {
      const tensors = parts.map(({ tensor, box }) => ({
        name: tensor.name,
        dtype: tensor.dtype,
        shape: box.extent,
        byteLength: bytesOf(tensor, box),
      }));
      header = serializeHeader(tensors, metadataFor(this.#model, this.#metadata, tensors));
      this.#headers.set(key, header);
    }
    this.outputs.push({
      path: this.#request.fileName(rank),
      literals: [{ offset: 0, bytes: header.bytes }],
      size: header.size,
      tensorCount: parts.length,
    });
    const { offsets } = header;
    return parts.map(({ tensor, shape, box, stage }, i) => ({
      tensor: tensor.name,
      dtype: tensor.dtype,
      shape,
      box,
      file,
      offset: offsets[i] ?? 0,
      byteLength: bytesOf(tensor, box),
      rank,
      ...(stage !== undefined && { stage }),
    }));
  }
}

function bytesOf(tensor: ModelTensor, box: Box): number {
  return (volume(box.extent) * bitsOf(tensor.dtype)) / 8;
}

import { refuse } from '../errors.ts';
import { namePattern } from '../filter/name-pattern.ts';
import type { Model, ModelTensor } from '../model.ts';
import { serializeHeader, type TensorToWrite } from '../safetensors/serialize.ts';
import { escapeText } from '../text/escape.ts';
import { formatCount } from '../text/units.ts';
import { serializeWeightIndex } from '../weight-index.ts';
import { carriedMetadata, metadataFor } from './carried-metadata.ts';
import { type CastTarget, castTensors } from './cast.ts';
import { coverTensor } from './cover.ts';
import { fillShards, splitIntoParts } from './parts.ts';
import type { Piece } from './piece.ts';
import type { Move, OutputFile, OutputText, Plan } from './plan.ts';

export interface MergeRequest {
  /** MindSpore's file names (`part{i}` + `param_name_map.json`) or Hugging Face's (`model-…` + index). */
  readonly names: 'mindspore' | 'huggingface';
  readonly maxShardBytes: number;
  /** Tensors whose names begin with one of these are left out (`filter_out_param_prefix`). */
  readonly filterOutParamPrefix: readonly string[];
  /** Tensors in whose names this regular expression occurs are left out. */
  readonly filterOutRegex?: string | undefined;
  /** Optimizer state is left out. */
  readonly weightsOnly: boolean;
  /** Floating-point weights are cast to it. */
  readonly dtype?: CastTarget | undefined;
  /** No cast may make a finite value infinite. */
  readonly failOnOverflow: boolean;
  /** The sources are complete weights: every tensor that is no hyper parameter goes over. */
  readonly complete: boolean;
}

/** MindSpore's merge never keeps accumulated gradients. */
const ACCUMULATED_GRADIENTS = 'accu_grads';

/**
 * The plan that puts all ranks together into complete weights, as `ms.unified_safetensors` writes them.
 *
 * @throws CP_EMPTY when nothing is left to write; SG_COVERAGE, SG_SHAPE, CP_CONFLICT as `Model.pieces` and
 *   `coverTensor` do
 */
export function planMerge(model: Model, request: MergeRequest): Plan {
  const warnings: string[] = [];
  const isFiltered = filterOf(request);
  const weights = castTensors(chooseWeights(model, request, isFiltered, warnings), request.dtype, warnings);
  if (weights.length === 0) {
    refuse(
      'CP_EMPTY',
      `no tensor is left to merge of ${formatCount(model.tensors.length)}`,
      'Check the strategy, and what is left out by prefixes and patterns.',
    );
  }
  const huggingFace = request.names === 'huggingface';
  const parts = huggingFace
    ? fillShards(weights, request.maxShardBytes)
    : splitIntoParts(weights, request.maxShardBytes);
  const names = parts.map((_, i) => (huggingFace ? shardName(i, parts.length) : `part${i}.safetensors`));

  const build = new PlanBuilder(model, huggingFace ? 'pt' : 'ms');
  parts.forEach((tensors, i) => {
    build.addFile(names[i] ?? '', tensors, ({ tensor }) => coverTensor(model.pieces(tensor)));
  });
  const hyper = model.tensors.filter((tensor) => tensor.role === 'hyper' && !isFiltered(tensor));
  addHyper(build, model, hyper, huggingFace, warnings);

  const weightMap = new Map<string, string>();
  parts.forEach((tensors, i) => {
    for (const tensor of tensors) weightMap.set(tensor.name, names[i] ?? '');
  });
  const total = weights.reduce((sum, tensor) => sum + tensor.byteLength, 0);
  const index: OutputText = {
    path: huggingFace ? 'model.safetensors.index.json' : 'param_name_map.json',
    text: serializeWeightIndex(weightMap, total),
  };
  // A single `model.safetensors` is found by its name; Hugging Face writes no index beside it.
  const texts = huggingFace && parts.length === 1 ? [] : [index];
  const { failOnOverflow } = request;
  return { job: 'merge', sources: model.files, ...build.result(), texts, warnings, failOnOverflow };
}

/** `model-00001-of-00003.safetensors`, or `model.safetensors` for the only one: Hugging Face's file names. */
export function shardName(i: number, count: number): string {
  if (count === 1) return 'model.safetensors';
  const five = (n: number) => String(n).padStart(5, '0');
  return `model-${five(i + 1)}-of-${five(count)}.safetensors`;
}

type Filter = (tensor: ModelTensor) => boolean;

/** What a request leaves out of everything. */
function filterOf({ filterOutParamPrefix, filterOutRegex, weightsOnly }: MergeRequest): Filter {
  const matches = filterOutRegex === undefined ? () => false : namePattern(filterOutRegex);
  return ({ name, role }) =>
    (weightsOnly && role === 'optimizer') ||
    filterOutParamPrefix.some((prefix) => name.startsWith(prefix)) ||
    matches(name);
}

function chooseWeights(
  model: Model,
  request: MergeRequest,
  isFiltered: Filter,
  warnings: string[],
): ModelTensor[] {
  const gradients = model.tensors.filter((tensor) => tensor.name.startsWith(ACCUMULATED_GRADIENTS));
  if (gradients.length > 0) {
    warnings.push(
      `${formatCount(gradients.length)} accumulated gradients (accu_grads…) are left out, as MindSpore does.`,
    );
  }
  return model.tensors.filter(
    (tensor) =>
      tensor.role !== 'hyper' &&
      (request.complete || tensor.layouts.length > 0) &&
      !tensor.name.startsWith(ACCUMULATED_GRADIENTS) &&
      !isFiltered(tensor),
  );
}

/** What the lowest rank holds beyond the strategy goes into `hyper_param.safetensors`; the rest is listed. */
function addHyper(
  build: PlanBuilder,
  model: Model,
  hyper: readonly ModelTensor[],
  huggingFace: boolean,
  warnings: string[],
): void {
  if (hyper.length === 0) return;
  if (huggingFace) {
    warnings.push(
      `${formatCount(hyper.length)} hyper parameters are left out: a Hugging Face folder has no place for them.`,
    );
    return;
  }
  const lowest = Math.min(...model.files.map((file) => file.rank ?? 0));
  const pieceOf = (tensor: ModelTensor): Piece | undefined =>
    model.pieces(tensor).find((piece) => (piece.rank ?? 0) === lowest);
  const kept = hyper.filter((tensor) => pieceOf(tensor));
  if (kept.length < hyper.length) {
    const lost = hyper.find((tensor) => !pieceOf(tensor));
    warnings.push(
      hyper.length - kept.length === 1
        ? `'${escapeText(lost?.name ?? '')}' is neither in the strategy nor on rank ${lowest} and is left out.`
        : `${formatCount(hyper.length - kept.length)} tensors are neither in the strategy nor on rank ${lowest} and are left out, first '${escapeText(lost?.name ?? '')}'.`,
    );
  }
  if (kept.length === 0) return;
  build.addFile('hyper_param.safetensors', kept, (tensor) => {
    const piece = pieceOf(tensor);
    return piece ? [piece] : [];
  });
}

/** Collects output files and the moves that fill them; headers are laid out as the safetensors library does. */
export class PlanBuilder {
  readonly #model: Model;
  readonly #metadata: ReadonlyMap<string, string>;
  readonly #outputs: OutputFile[] = [];
  readonly #moves: Move[] = [];

  constructor(model: Model, format: 'ms' | 'pt') {
    this.#model = model;
    this.#metadata = new Map([...carriedMetadata(model), ['format', format]]);
  }

  addFile<T extends TensorToWrite>(
    path: string,
    tensors: readonly T[],
    sourcesOf: (tensor: T) => readonly Piece[],
  ): void {
    const header = serializeHeader(tensors, metadataFor(this.#model, this.#metadata, tensors));
    const file = this.#outputs.length;
    this.#outputs.push({
      path,
      literals: [{ offset: 0, bytes: header.bytes }],
      size: header.size,
      tensorCount: tensors.length,
    });
    const moves = tensors.map((tensor, i) => {
      const from = sourcesOf(tensor);
      const { shape } = from[0] ?? { shape: [] };
      const to: Piece = {
        tensor: tensor.name,
        dtype: tensor.dtype,
        shape,
        box: { start: shape.map(() => 0), extent: shape },
        file,
        offset: header.offsets[i] ?? 0,
        byteLength: tensor.byteLength,
      };
      return { from, to: [to] };
    });
    // Written from the front to the back, so that the file grows in order on disk.
    moves.sort((a, b) => (a.to[0]?.offset ?? 0) - (b.to[0]?.offset ?? 0));
    // One by one: a call takes no more than some 120,000 arguments.
    for (const move of moves) this.#moves.push(move);
  }

  result(): { outputs: readonly OutputFile[]; moves: readonly Move[] } {
    return { outputs: this.#outputs, moves: this.#moves };
  }
}

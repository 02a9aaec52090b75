import type { Dim } from '../checkpoint.ts';
import { refuse } from '../errors.ts';
import { Roles } from '../model/roles.ts';
import type { ModelConfig } from '../rename/config.ts';
import { namePattern } from '../rename/pattern.ts';
import { statePrefix } from '../rename/state-prefix.ts';
import { escapeText } from '../text/escape.ts';
import { formatCount } from '../text/units.ts';
import { AuthoredLayouts } from './authored-layouts.ts';
import { CUT_RULES, type CutRule } from './cut-rules.ts';
import type { Layout, StrategyFile } from './strategy.ts';

/** How a model is to be spread over devices. A stage's device matrix is [data, model]. */
export interface Parallel {
  /** Data parallel: replicas of each slice. */
  readonly data: number;
  /** Model (tensor) parallel: parts of each matrix. */
  readonly model: number;
  /** Pipeline stages. */
  readonly pipeline: number;
  /** Optimizer sharding over so many replicas, -1 for all; off when absent or 0. */
  readonly optimizerShard?: number;
  /** Bytes below which a parameter is not sharded; MindSpore's `parallel_optimizer_threshold`, 64 KiB. */
  readonly optimizerThreshold?: number;
  /** Embedding and lm_head whole on each rank: MindSpore Transformers' `vocab_emb_dp`. */
  readonly vocabEmbDp?: boolean;
  /** Layers of each stage; the same number in each when absent. */
  readonly layersPerStage?: readonly number[];
}

/** A tensor of the complete model. Without `byteLength` it counts as too large for the threshold. */
export interface AuthoredTensor {
  readonly name: string;
  readonly shape: readonly Dim[];
  readonly byteLength?: number;
}

export interface AuthoredStrategy {
  /** One a stage, as each of its ranks would write it; `mergeStrategyFiles` makes the merged file of them. */
  readonly files: readonly StrategyFile[];
  /** Sentences about parameters that the rules do not know, or could not shard. */
  readonly notes: readonly string[];
}

const RULES = CUT_RULES.map((rule) => ({ rule, pattern: namePattern(rule.name) }));
const LAYER = /(?:^|\.)layers\.(0|[1-9][0-9]{0,8})\./;

/**
 * Writes the strategy that a training run with this parallel configuration would compile for Llama or Qwen2
 * (`cut-rules.ts`), so that weights can be sliced before any run. States of an optimizer are laid out as their
 * weights. Parameters that no rule knows are whole; hyper parameters are in no strategy.
 *
 * @param config checks that whole heads go to each rank, where known
 * @throws USAGE for numbers that cannot be; SG_SHAPE for what does not divide, with names and numbers;
 *   CP_NO_TENSOR when no rule knows any name
 */
export function authorStrategy(
  tensors: readonly AuthoredTensor[],
  parallel: Parallel,
  config?: ModelConfig,
): AuthoredStrategy {
  checkParallel(parallel);
  if (config) checkHeads(parallel, config);
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const roles = new Roles(byName);
  const parameters = tensors.filter(
    ({ name, shape }) => roles.ofRankFile(name, elementsOf(shape)) !== 'hyper',
  );
  const stageOfLayer = stagesOfLayers(parameters, parallel);
  const tied = !byName.has('lm_head.weight');
  const layouts = new AuthoredLayouts(parallel);
  const stages = Array.from({ length: parallel.pipeline }, () => new Map<string, Layout>());
  const unknown: string[] = [];
  let known = 0;
  for (const tensor of parameters) {
    const weight = tensor.name.slice(statePrefix(tensor, byName).length);
    const rule = RULES.find(({ pattern }) => pattern.match(weight))?.rule;
    if (!rule) unknown.push(tensor.name);
    else if (rule.name !== 'lm_head.weight') known++;
    // A state goes with its weight, also where it is stored in a smaller or larger type.
    const layout = layouts.of(tensor, rule?.cut ?? 'whole', byName.get(weight)?.byteLength);
    for (const stage of stagesOf(weight, rule, stageOfLayer, stages.length, tied))
      stages[stage]?.set(tensor.name, layout);
  }
  // Hugging Face has the name lm_head.weight too: it does not tell whose names they are.
  if (known === 0) refuseUnknown(unknown);
  return { files: stages.map((stage, i) => stageFile(i, stage, parallel)), notes: notesOn(unknown, layouts) };
}

/** The file of a stage. MindSpore tells the stage by the first operator, so there must be one. */
function stageFile(stage: number, layouts: ReadonlyMap<string, Layout>, parallel: Parallel): StrategyFile {
  const strategies = [
    [parallel.data, 1],
    [parallel.model, 1],
  ];
  return { currentStage: 0, items: [{ node: `authored/stage_${stage}/MatMul`, stage, strategies }], layouts };
}

/** Stages that hold a parameter. A tied embedding is the output matrix too, on the last stage. */
function stagesOf(
  weight: string,
  rule: CutRule | undefined,
  stageOfLayer: (layer: number) => number,
  stageCount: number,
  tied: boolean,
): readonly number[] {
  const last = stageCount - 1;
  const layer = LAYER.exec(weight)?.[1];
  if (layer !== undefined) return [stageOfLayer(Number(layer))];
  if (rule?.place === 'last') return [last];
  if (rule?.place === 'first') return tied && rule.cut === 'vocabulary' && last > 0 ? [0, last] : [0];
  return Array.from({ length: stageCount }, (_, stage) => stage);
}

/** Layers spread over the stages in order, evenly or as asked for. */
function stagesOfLayers(
  parameters: readonly AuthoredTensor[],
  { pipeline, layersPerStage }: Parallel,
): (layer: number) => number {
  let layers = 0;
  for (const { name } of parameters) {
    const layer = LAYER.exec(name)?.[1];
    if (layer !== undefined) layers = Math.max(layers, Number(layer) + 1);
  }
  if (layersPerStage) {
    const sum = layersPerStage.reduce((total, n) => total + n, 0);
    if (layersPerStage.length !== pipeline || sum !== layers)
      refuse(
        'SG_SHAPE',
        `layers per stage [${layersPerStage.join(', ')}] are ${sum} layers on ${layersPerStage.length} stages, the model has ${layers} and is to have ${pipeline}`,
        'Give the number of layers of each stage.',
        { expected: `${layers} layers on ${pipeline} stages`, found: `${sum} on ${layersPerStage.length}` },
      );
    const stages = layersPerStage.flatMap((n, stage) => new Array<number>(n).fill(stage));
    return (layer) => stages[layer] ?? 0;
  }
  if (layers % pipeline !== 0)
    refuse(
      'SG_SHAPE',
      `${layers} layers cannot be spread evenly over ${pipeline} pipeline stages`,
      'Choose a number of stages that divides the layers, or give the layers of each stage.',
      { expected: `a divisor of ${layers}`, found: `${pipeline}` },
    );
  return (layer) => Math.floor(layer / (layers / pipeline));
}

function checkParallel(parallel: Parallel): void {
  const { data, model, pipeline, optimizerShard = 0, layersPerStage = [] } = parallel;
  for (const [what, n] of Object.entries({ data, model, pipeline }))
    if (!Number.isSafeInteger(n) || n < 1 || n > 2 ** 20)
      refuseNumber(`${what} parallel`, n, '1 to 1,048,576');
  if (!Number.isSafeInteger(optimizerShard) || optimizerShard < -1)
    refuseNumber('optimizer sharding', optimizerShard, '-1 (all replicas), 0 (off) or more');
  if (optimizerShard > 0 && data % optimizerShard !== 0)
    refuseNumber('optimizer sharding', optimizerShard, `-1 or a divisor of data parallel ${data}`);
  for (const n of layersPerStage)
    if (!Number.isSafeInteger(n) || n < 0) refuseNumber('layers of a stage', n, '0 or more');
}

function refuseNumber(what: string, found: number, expected: string): never {
  refuse('USAGE', `${what} is ${found}, it must be ${expected}`, 'Correct the parallel configuration.', {
    expected,
    found: `${found}`,
  });
}

/** A rank computes whole heads: with their number divided, its rows are those of whole heads. */
function checkHeads({ model }: Parallel, { attentionHeads, keyValueHeads }: ModelConfig): void {
  for (const [what, heads] of [
    ['query', attentionHeads],
    ['key/value', keyValueHeads],
  ] as const)
    if (heads % model !== 0)
      refuse(
        'SG_SHAPE',
        `${heads} ${what} heads cannot be spread evenly over model parallel ${model}`,
        'Choose a model parallel that divides the numbers of heads in config.json.',
        { expected: `a divisor of ${heads}`, found: `${model}` },
      );
}

function refuseUnknown(names: readonly string[]): never {
  refuse(
    'CP_NO_TENSOR',
    `none of the ${formatCount(names.length)} names is one that MindSpore gives a Llama or Qwen2${names[0] === undefined ? '' : `, first '${escapeText(names[0])}'`}`,
    "Rename the weights to MindSpore's names first; other families have no rules yet.",
    { tensor: names[0] },
  );
}

function notesOn(unknown: readonly string[], { tooSmall, unsharded }: AuthoredLayouts): string[] {
  const first = (names: readonly string[]) =>
    `${formatCount(names.length)}, first '${escapeText(names[0] ?? '')}'`;
  const notes: string[] = [];
  if (unknown.length > 0) notes.push(`Parameters that no rule knows are laid out whole: ${first(unknown)}.`);
  if (tooSmall.length > 0)
    notes.push(`Parameters below the optimizer's threshold are not sharded: ${first(tooSmall)}.`);
  if (unsharded.length > 0)
    notes.push(`Parameters whose rows do not divide are not sharded for the optimizer: ${first(unsharded)}.`);
  return notes;
}

function elementsOf(shape: readonly Dim[]): number {
  return shape.reduce<number>((product, dim) => product * Number(dim), 1);
}

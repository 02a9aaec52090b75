import type { Dim } from '../checkpoint.ts';
import type { Dtype } from '../dtype.ts';
import { type Fault, refuse } from '../errors.ts';
import { parseFilter, type TensorFilter } from '../filter.ts';
import { strategyAxisNames } from '../layout/axis-names.ts';
import { statedShape } from '../layout/layout.ts';
import { strategyWords } from '../layout/words.ts';
import type { Model, ModelTensor } from '../model.ts';
import { escapeText } from '../text/escape.ts';
import type { Fit } from './fit.ts';
import { nameWords } from './name-words.ts';
import { type Group, groupsOf, type Known, type Parameter } from './parameter-groups.ts';
import type { Layout, Strategy } from './strategy.ts';

/** All parameters of a strategy, those that are laid out alike together. */
export interface StrategyLayouts {
  /** "dp 2 × mp 4, 2 stages". */
  readonly words: string;
  readonly stages: number;
  readonly devicesPerStage: number;
  /** Different names in all stages, and those that the filter keeps. */
  readonly parameters: number;
  readonly matching: number;
  /** The largest first; without those of which the filter keeps nothing. */
  readonly groups: readonly LayoutGroup[];
  readonly filterErrors: readonly string[];
}

export interface LayoutGroup {
  /** The layout as text: the same as long as the strategy is. */
  readonly key: string;
  readonly layout: Layout;
  /** "rows cut in 4 along mp, copies along dp". */
  readonly words: string;
  /** What its parameters are called, in short: "wq, wk, w1 with adam_m, adam_v". */
  readonly called: string;
  readonly stages: readonly number[];
  readonly parameters: number;
  readonly matching: number;
  /** The one that stands for all. */
  readonly first: string;
  /** Parameters that do not fit the files, and why the first of them does not; parameters in no file. */
  readonly misfits: number;
  readonly misfit?: Fault;
  readonly absent: number;
}

/** A parameter in the list of its group. */
export interface LayoutParameter {
  readonly name: string;
  readonly stages: readonly number[];
  /** Of the whole tensor, where there are weights or the strategy says it. */
  readonly shape?: readonly Dim[];
  readonly fit: Fit['state'];
}

/** Everything about the layout of one parameter; which rank holds what follows from it (`layout/stage-slices.ts`). */
export interface ParameterLayout extends LayoutParameter {
  readonly group: string;
  /** Parameters with the same layout, itself included. */
  readonly alike: number;
  /** Of each stage that has it. */
  readonly layouts: readonly StageLayout[];
  readonly stageCount: number;
  readonly devicesPerStage: number;
  readonly dtype?: Dtype;
  readonly byteLength?: number;
  readonly fits: Fit;
}

export interface StageLayout {
  readonly stage: number;
  readonly layout: Layout;
  /** Names of the device matrix's axes, from its front. */
  readonly axes: readonly string[];
}

export function strategyLayouts(model: Model, strategy: Strategy, filter: string): StrategyLayouts {
  const parsed = parseFilter(filter);
  const known = groupsOf(model, strategy);
  const groups = known.groups.map((group) => groupRow(group, known, keptOf(group, parsed, known)));
  const { stages, devicesPerStage } = strategy;
  return {
    words: strategyWords(strategy),
    stages: stages.length,
    devicesPerStage,
    parameters: known.byName.size,
    matching: groups.reduce((sum, { matching }) => sum + matching, 0),
    groups: groups.filter(({ matching }) => matching > 0),
    filterErrors: parsed.errors,
  };
}

/** @throws API_INPUT for a group that the strategy has not */
export function layoutParameters(
  model: Model,
  strategy: Strategy,
  request: {
    readonly group: string;
    readonly filter: string;
    readonly offset: number;
    readonly limit: number;
  },
): { readonly total: number; readonly parameters: readonly LayoutParameter[] } {
  const known = groupsOf(model, strategy);
  const group = known.groups.find(({ key }) => key === request.group);
  if (!group)
    return refuse(
      'API_INPUT',
      'the strategy has no such layout',
      'Open the checkpoint again: its strategy may be another now.',
      { found: escapeText(request.group) },
    );
  const kept = keptOf(group, parseFilter(request.filter), known);
  const { offset, limit } = request;
  return { total: kept.length, parameters: kept.slice(offset, offset + limit).map(listed) };
}

/** @throws CP_NO_TENSOR for a name that is in no stage */
export function parameterLayout(model: Model, strategy: Strategy, name: string): ParameterLayout {
  const known = groupsOf(model, strategy);
  const found = known.byName.get(name);
  if (!found)
    return refuse(
      'CP_NO_TENSOR',
      `the strategy has no parameter '${escapeText(name)}'`,
      'Pick one from the list: tensors that are in no strategy are not cut.',
      { tensor: name },
    );
  const axes = strategyAxisNames(strategy);
  return {
    ...listed(found),
    group: found.key,
    alike: known.groups.find(({ key }) => key === found.key)?.parameters.length ?? 1,
    layouts: found.layouts.map((entry) => ({ ...entry, axes: axes(entry.layout.deviceMatrix) })),
    stageCount: strategy.stages.length,
    devicesPerStage: strategy.devicesPerStage,
    ...(found.tensor && { dtype: found.tensor.dtype, byteLength: found.tensor.byteLength }),
    fits: found.fit,
  };
}

function groupRow(group: Group, { names }: Known, kept: readonly Parameter[]): LayoutGroup {
  const { key, layout, words, parameters } = group;
  const misfits = parameters.flatMap(({ fit }) => (fit.state === 'misfit' ? [fit.fault] : []));
  const [misfit] = misfits;
  return {
    key,
    layout,
    words,
    called: nameWords(
      kept.map(({ name }) => name),
      names,
    ),
    stages: [...new Set(parameters.flatMap(({ layouts }) => layouts.map(({ stage }) => stage)))].sort(
      (a, b) => a - b,
    ),
    parameters: parameters.length,
    matching: kept.length,
    first: standsFor(kept),
    misfits: misfits.length,
    ...(misfit && { misfit }),
    absent: parameters.filter(({ fit }) => fit.state === 'absent').length,
  };
}

/** What is wrong is shown first; else a weight rather than its optimizer's state. */
function standsFor(kept: readonly Parameter[]): string {
  const chosen =
    kept.find(({ fit }) => fit.state === 'misfit') ??
    kept.find(({ role, fit }) => role === 'weight' && fit.state !== 'absent') ??
    kept.find(({ fit }) => fit.state !== 'absent') ??
    kept[0];
  return chosen?.name ?? '';
}

function keptOf({ parameters }: Group, filter: TensorFilter, { model }: Known): readonly Parameter[] {
  if (filter.empty) return parameters;
  const test = filter.bind(model);
  return parameters.filter((parameter) => test(parameter.tensor ?? standIn(parameter)));
}

/** For a parameter that no file has: its name, role and stages can be filtered by; it has no bytes and no ranks. */
function standIn({ name, role, layouts }: Parameter): ModelTensor {
  return {
    name,
    dtype: 'U8',
    shape: [],
    elements: 0,
    byteLength: 0,
    role,
    holders: [],
    slices: 1,
    copies: 1,
    layouts,
  };
}

function listed({ name, layouts, tensor, fit }: Parameter): LayoutParameter {
  const [own] = layouts;
  const shape = tensor?.shape ?? (own && fit.state !== 'misfit' ? statedShape(own.layout) : undefined);
  return {
    name,
    stages: layouts.map(({ stage }) => stage),
    ...(shape && { shape }),
    fit: fit.state,
  };
}

import { refuse } from '../errors.ts';
import { devicesOf, layoutKey } from '../layout/layout.ts';
import { escapeText } from '../text/escape.ts';
import type { Layout, Strategy, StrategyFile, StrategyItem } from './strategy.ts';

/** A strategy file with its name or path, for faults and for its ending (`.json` or not). */
export interface NamedStrategy {
  readonly name: string;
  readonly file: StrategyFile;
}

/**
 * The layouts of all stages, from one merged file, one file of the only stage, or the files of many ranks (one
 * a stage is enough; those of one stage must agree). A merged file among rank files is an old one: skipped.
 *
 * SG_NOT_FOUND without files; SG_PARSE for `.json` among others; SG_LAYOUT when two files of a stage differ,
 * naming the parameter; SG_STAGES for a gap, naming the stages; SG_DEVICES when layouts disagree on the number
 * of devices.
 *
 * @param gaps `empty`: a stage without a file has no layouts, for looking at what one machine of several wrote
 */
export function combineStrategies(
  files: readonly NamedStrategy[],
  gaps: 'refused' | 'empty' = 'refused',
): Strategy {
  const merged = onlyMergedFile(files);
  const byStage = merged === undefined ? layoutsOfRankFiles(files) : layoutsOfMerged(merged);
  const last = Math.max(...byStage.keys());
  if (gaps === 'empty' && last < MOST_STAGES)
    for (let stage = 0; stage < last; stage++) if (!byStage.has(stage)) byStage.set(stage, new Map());
  const stages = withoutGaps(byStage, files);
  return { stages, devicesPerStage: devicesPerStage(stages) };
}

/** More pipeline stages than any cluster has: a number beyond is damage. */
const MOST_STAGES = 10_000;

/**
 * The merged file of a folder of rank files, as MindSpore's `merge_pipeline_strategys` makes it: the first file
 * of each stage in the order given, parameters prefixed with `{stage}-`, operators one after another,
 * `current_stage` 1. A merged file alone is given back. Refuses what `combineStrategies` refuses.
 */
export function mergeStrategyFiles(files: readonly NamedStrategy[]): StrategyFile {
  combineStrategies(files);
  const merged = onlyMergedFile(files);
  if (merged !== undefined) return merged.file;
  const items: StrategyItem[] = [];
  const layouts = new Map<string, Layout>();
  for (const [stage, { file }] of firstOfEachStage(rankFiles(files))) {
    items.push(...file.items);
    for (const [parameter, layout] of file.layouts) layouts.set(`${stage}-${parameter}`, layout);
  }
  return { currentStage: 1, items, layouts };
}

/**
 * Whether a file is merged over stages. Parameter names may themselves look like `0-a-b`, so a prefix on every
 * name is not enough: operators may only be of stages that the prefixes name, and either MindSpore's merging
 * left its mark (`current_stage` 1, stages counted from 0) or the operators are of just these several stages.
 */
export function isMerged(file: StrategyFile): boolean {
  const prefixes = new Set<number>();
  for (const name of file.layouts.keys()) {
    const split = splitStage(name);
    if (split === undefined) return false;
    prefixes.add(split.stage);
  }
  const itemStages = new Set(file.items.map((item) => item.stage));
  for (const stage of itemStages) if (!prefixes.has(stage)) return false;
  // A file of stage 1 alone has `current_stage` 1 too, but no prefix 0.
  if (file.currentStage === 1 && prefixes.has(0)) return true;
  return prefixes.size > 1 && (itemStages.size === 0 || itemStages.size === prefixes.size);
}

/** `0-a-b` is parameter `a-b` of stage 0: split at the first `-` only. Python's `str(int)` writes no zero first. */
function splitStage(name: string): { stage: number; parameter: string } | undefined {
  const prefix = /^(0|[1-9]\d{0,8})-/.exec(name)?.[1];
  return prefix === undefined
    ? undefined
    : { stage: Number(prefix), parameter: name.slice(prefix.length + 1) };
}

/** The stage of a rank's file: of its first operator, as MindSpore merges; files without operators say theirs. */
function stageOf(file: StrategyFile): number {
  return file.items[0]?.stage ?? file.currentStage;
}

/** The merged file to use: there when all files are merged. */
function onlyMergedFile(files: readonly NamedStrategy[]): NamedStrategy | undefined {
  const [first, ...others] = files;
  if (first === undefined)
    refuse(
      'SG_NOT_FOUND',
      'there is no strategy file',
      'Give the strategy file or folder of the training run.',
    );
  if (!files.every(({ file }) => isMerged(file))) return undefined;
  for (const other of others) refuseDifference(first, other, 'merged files');
  return first;
}

function rankFiles(files: readonly NamedStrategy[]): NamedStrategy[] {
  const ranks = files.filter(({ file }) => !isMerged(file));
  const json = ranks.find(({ name }) => name.endsWith('.json'));
  const other = ranks.find(({ name }) => !name.endsWith('.json'));
  if (json !== undefined && other !== undefined)
    refuse(
      'SG_PARSE',
      `the strategy files are of both forms: ${escapeText(json.name)} is JSON, ${escapeText(other.name)} is not`,
      'Keep the files of one training run: all .ckpt or all .json.',
      { file: json.name },
    );
  return ranks;
}

/** The first file of each stage, in the order given; later ones of a stage must say the same. */
function firstOfEachStage(files: readonly NamedStrategy[]): Map<number, NamedStrategy> {
  const first = new Map<number, NamedStrategy>();
  for (const named of files) {
    const stage = stageOf(named.file);
    const known = first.get(stage);
    if (known === undefined) first.set(stage, named);
    else refuseDifference(known, named, `files of stage ${stage}`);
  }
  return first;
}

function layoutsOfRankFiles(files: readonly NamedStrategy[]): Map<number, ReadonlyMap<string, Layout>> {
  const first = firstOfEachStage(rankFiles(files));
  return new Map([...first].map(([stage, { file }]) => [stage, file.layouts]));
}

function layoutsOfMerged({ file }: NamedStrategy): Map<number, ReadonlyMap<string, Layout>> {
  const byStage = new Map<number, Map<string, Layout>>();
  for (const [name, layout] of file.layouts) {
    const { stage, parameter } = splitStage(name) ?? { stage: 0, parameter: name };
    const layouts = byStage.get(stage) ?? new Map<string, Layout>();
    byStage.set(stage, layouts.set(parameter, layout));
  }
  return byStage;
}

function withoutGaps(
  byStage: ReadonlyMap<number, ReadonlyMap<string, Layout>>,
  files: readonly NamedStrategy[],
): ReadonlyMap<string, Layout>[] {
  const found = [...byStage].sort(([a], [b]) => a - b);
  if (found.every(([stage], index) => stage === index)) return found.map(([, layouts]) => layouts);
  const last = found.at(-1)?.[0] ?? 0;
  const missing: number[] = [];
  for (let stage = 0; stage < last && missing.length < 10; stage++)
    if (!byStage.has(stage)) missing.push(stage);
  const absent = last + 1 - found.length;
  const merged = files.find(({ file }) => isMerged(file));
  refuse(
    'SG_STAGES',
    `the strategy has no layouts for pipeline ${absent === 1 ? 'stage' : 'stages'} ${missing.join(', ')}` +
      `${absent > missing.length ? ' and more' : ''}; it has ${listStages(found.map(([stage]) => stage))}`,
    merged === undefined || files.length === 1
      ? 'Give the strategy files of at least one rank of every stage, or the merged file.'
      : `Add a strategy file of every stage, or give the merged file ${escapeText(merged.name)} itself.`,
    { expected: `stages 0 to ${last}`, found: listStages(found.map(([stage]) => stage)) },
  );
}

function listStages(stages: readonly number[]): string {
  const shown = stages.slice(0, 10).join(', ');
  return `${stages.length === 1 ? 'stage' : 'stages'} ${shown}${stages.length > 10 ? ', …' : ''}`;
}

/** MindSpore gives every stage the same number of devices, and every layout spans its stage. */
function devicesPerStage(stages: readonly ReadonlyMap<string, Layout>[]): number {
  let first: { devices: number; parameter: string; stage: number } | undefined;
  for (const [stage, layouts] of stages.entries()) {
    for (const [parameter, layout] of layouts) {
      const devices = devicesOf(layout);
      first ??= { devices, parameter, stage };
      if (devices === first.devices) continue;
      refuse(
        'SG_DEVICES',
        `the strategy lays '${escapeText(first.parameter)}' (stage ${first.stage}) out over ${first.devices} devices, ` +
          `'${escapeText(parameter)}' (stage ${stage}) over ${devices}: they must be the same`,
        'Check that all strategy files are of one training run.',
        { tensor: parameter, expected: `${first.devices} devices`, found: `${devices} devices` },
      );
    }
  }
  return first?.devices ?? 1;
}

/** The first parameter that is not laid out alike, or is in one of the two only. */
export function differingParameter(
  a: ReadonlyMap<string, Layout>,
  b: ReadonlyMap<string, Layout>,
): string | undefined {
  return [...a.keys(), ...b.keys()].find((name) => wholeKey(a.get(name)) !== wholeKey(b.get(name)));
}

/** Refuses when two files that must say the same do not, naming the first parameter that differs. */
function refuseDifference(a: NamedStrategy, b: NamedStrategy, what: string): void {
  const differing = differingParameter(a.file.layouts, b.file.layouts);
  if (differing === undefined) return;
  refuse(
    'SG_LAYOUT',
    `two ${what} lay '${escapeText(differing)}' out differently: ${escapeText(a.name)} and ${escapeText(b.name)}`,
    'They are not of one training run: keep the files of one.',
    {
      file: b.name,
      tensor: differing,
      expected: wholeKey(a.file.layouts.get(differing)),
      found: wholeKey(b.file.layouts.get(differing)),
    },
  );
}

function wholeKey(layout: Layout | undefined): string {
  if (layout === undefined) return 'no layout';
  const split = [...layout.paramSplitShape, '', ...layout.indicesOffset, '', layout.field].join(' ');
  return `${layoutKey(layout)}|${split}`;
}

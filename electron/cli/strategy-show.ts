import { resolve } from 'node:path';
import { refuse } from '../../shared/errors.ts';
import { strategyAxisNames } from '../../shared/layout/axis-names.ts';
import {
  boxesOf,
  checkLayout,
  devicesOf,
  sliceCounts,
  statedShape,
  tensorMapText,
} from '../../shared/layout/layout.ts';
import { boxWords, cutWords, partWords, strategyWords } from '../../shared/layout/words.ts';
import type { Layout, Strategy } from '../../shared/strategy/strategy.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { rangeWords } from '../../shared/text/ranges.ts';
import { formatCount } from '../../shared/text/units.ts';
import { strategyFilesAt } from '../engine/open/find-strategy.ts';
import { readStrategy } from '../engine/open/read-strategies.ts';
import { columns } from './columns.ts';
import type { Terminal } from './terminal.ts';

/** How one parameter is cut over the ranks of a pipeline stage. */
interface ParameterEntry {
  readonly name: string;
  readonly stage: number;
  readonly deviceMatrix: readonly number[];
  readonly tensorMap: readonly (readonly number[])[];
  readonly optShardStep: number;
  readonly optShardSize: number;
  /** "rows cut in 4 along mp". */
  readonly words: string;
  /** Different parts, and how many ranks hold the same part. */
  readonly slices: number;
  readonly copies: number;
  /** Of the whole tensor, where the strategy says it. */
  readonly shape?: readonly number[];
  /** Equal parts along each dimension, optimizer sharding included in the first. */
  readonly parts: readonly number[];
  /** With `--param`: which part of each dimension (from 0) a rank holds. */
  readonly ranks?: readonly { readonly rank: number; readonly part: readonly number[] }[];
}

/** `strategy show`: how each parameter is cut, or with `--param` one of them rank by rank. */
export async function strategyShow(
  terminal: Terminal,
  path: string,
  options: { param?: string },
): Promise<number> {
  const from = resolve(path);
  const files = await strategyFilesAt(from);
  const { strategy } = readStrategy(files, { gaps: 'empty' });
  const parameters = entries(strategy, options.param);
  if (options.param !== undefined && parameters.length === 0)
    refuse(
      'CP_NO_TENSOR',
      `${from} has no parameter '${escapeText(options.param)}'.`,
      'Names must be whole.',
      {
        file: from,
        tensor: options.param,
      },
    );
  const stages = strategy.stages.length;
  if (terminal.json) {
    const { devicesPerStage } = strategy;
    const words = strategyWords(strategy);
    terminal.document({ path: from, files: files.length, words, stages, devicesPerStage, parameters });
    return 0;
  }
  terminal.print(
    `${strategyWords(strategy)}: ${stageWords(strategy)} of ${formatCount(strategy.devicesPerStage)} devices, ${countWords(strategy)} parameters`,
  );
  for (const line of columns([HEADINGS, ...parameters.map(row)])) terminal.print(line);
  for (const parameter of parameters) for (const line of rankLines(parameter)) terminal.print(line);
  return 0;
}

/** "2 stages", or of the files of one machine alone "only stage 1". */
function stageWords({ stages }: Strategy): string {
  const here = stages.flatMap((layouts, stage) => (layouts.size > 0 ? [stage] : []));
  if (here.length < stages.length) return `only stage ${rangeWords(here)}`;
  return stages.length === 1 ? '1 stage' : `${stages.length} stages`;
}

const HEADINGS = ['parameter', 'stage', 'device matrix', 'tensor map', 'meaning'];

function row(entry: ParameterEntry): string[] {
  return [
    escapeText(entry.name),
    `${entry.stage}`,
    `[${entry.deviceMatrix.join(', ')}]`,
    tensorMapText({ ...entry, paramSplitShape: [], indicesOffset: [], field: 0 }),
    `${entry.words}, on ${entry.copies === 1 ? '1 rank' : `${entry.copies} ranks`}${entry.slices === 1 ? '' : ' each'}`,
  ];
}

/** Which ranks hold which part; replicas on one line. */
function rankLines({ ranks, parts, shape, stage }: ParameterEntry): string[] {
  const byPart = new Map<string, number[]>();
  for (const { rank, part } of ranks ?? []) {
    const extent = shape?.map((n, d) => n / (parts[d] ?? 1));
    const words = extent
      ? boxWords({ start: extent.map((n, d) => n * (part[d] ?? 0)), extent }, shape ?? [])
      : partWords(part, parts);
    byPart.set(words, [...(byPart.get(words) ?? []), rank]);
  }
  return columns(
    [...byPart].map(([words, holders]) => [`  stage ${stage}`, `ranks ${rangeWords(holders)}`, words]),
  );
}

function entries(strategy: Strategy, wanted: string | undefined): ParameterEntry[] {
  const found: ParameterEntry[] = [];
  for (const [stage, layouts] of strategy.stages.entries())
    for (const [name, layout] of layouts) {
      if (wanted !== undefined && name !== wanted) continue;
      checkLayout(name, layout);
      const { deviceMatrix, tensorMap, optShardStep, optShardSize } = layout;
      const parts = sliceCounts(layout, tensorMap.length);
      const shape = statedShape(layout);
      const slices = parts.reduce((product, n) => product * n, 1);
      found.push({
        name,
        stage,
        deviceMatrix,
        tensorMap,
        optShardStep,
        optShardSize,
        words: cutWords(layout, parts, strategyAxisNames(strategy)),
        ...(shape && { shape }),
        parts,
        slices,
        copies: devicesOf(layout) / slices,
        ...(wanted !== undefined && {
          ranks: ranksOf(name, layout, parts, stage * strategy.devicesPerStage),
        }),
      });
    }
  return found;
}

/** A tensor of one element a part: the start of a rank's box is then its part's number. */
function ranksOf(name: string, layout: Layout, parts: readonly number[], firstRank: number) {
  return boxesOf(name, layout, parts).map((box, local) => ({ rank: firstRank + local, part: box.start }));
}

function countWords(strategy: Strategy): string {
  return formatCount(strategy.stages.reduce((sum, layouts) => sum + layouts.size, 0));
}

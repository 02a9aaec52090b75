import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Problem, StrategySummary } from '../../../shared/checkpoint.ts';
import { asFault, type Fault, refuse, ShardscopeError } from '../../../shared/errors.ts';
import { parallelNumbers } from '../../../shared/layout/parallel.ts';
import { strategyWords } from '../../../shared/layout/words.ts';
import type { WeightFile } from '../../../shared/model.ts';
import type { Strategy } from '../../../shared/strategy/strategy.ts';
import { readError } from '../errno.ts';
import { asProblem, type OpenContext, type OpenRequest } from './context.ts';
import { listFolder, listIfThere } from './folder.ts';
import { misfitOf } from './misfit.ts';
import { isStrategyName } from './rank-folders.ts';
import { isInRoots } from './read-bytes.ts';

/** A strategy with where it came from. */
export interface OpenStrategy {
  readonly strategy: Strategy;
  readonly summary: StrategySummary;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** A merged file among those of the ranks that says something else; it is not used. */
  readonly contradicting?: Fault;
}

/** Reads the strategy files of a path: one file, or all of a folder (merged in memory). Refuses SG_*, IO_*. */
export async function readStrategyAt(
  path: string,
  paths: readonly string[],
  origin: StrategySummary['origin'],
  { pool, signal, roots }: OpenContext,
  gaps?: 'refused' | 'empty',
): Promise<OpenStrategy> {
  const task = { type: 'read-strategy', paths, roots: roots ?? [], ...(gaps && { gaps }) } as const;
  const { strategy, sizes, contradicting } = await pool.run(task, signal);
  const parameters = new Set(strategy.stages.flatMap((stage) => [...stage.keys()]));
  const parallel = parallelNumbers(strategy);
  return {
    strategy,
    summary: {
      path,
      origin,
      fileCount: paths.length,
      stageCount: strategy.stages.length,
      devicesPerStage: strategy.devicesPerStage,
      parameterCount: parameters.size,
      words: strategyWords(strategy),
      ...(parallel && { parallel }),
    },
    files: paths.map((file, index) => ({ path: file, size: sizes[index] ?? 0 })),
    ...(contradicting && { contradicting }),
  };
}

/**
 * The strategy that the user named: a file, a folder of strategy files, or a folder that has one of those in
 * its `strategy` folder.
 *
 * @throws SG_* when it does not parse or does not fit the weights; SG_NOT_FOUND for a folder without any
 */
export async function givenStrategy(
  path: string,
  files: readonly WeightFile[],
  context: OpenContext,
): Promise<OpenStrategy> {
  const found = await readStrategyAt(path, await strategyFilesAt(path), 'given', context);
  const misfit = misfitOf(found, files);
  if (misfit) throw new ShardscopeError(misfit);
  return found;
}

/** Of one rank alone: the strategy that was named; with `ofRun` the one found for the folder of all ranks, if any is. */
export async function strategyOfRank(
  { strategy, ofRun }: OpenRequest,
  ranksFolder: string,
  files: readonly WeightFile[],
  context: OpenContext,
): Promise<OpenStrategy | undefined> {
  if (strategy !== undefined) return givenStrategy(strategy, files, context);
  return ofRun ? (await findStrategy(ranksFolder, files, context)).found : undefined;
}

/** Strategy files that a path stands for. A folder is all `.ckpt` or all `.json`; `.ckpt` is MindSpore's own. */
export async function strategyFilesAt(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw readError(error, path);
  });
  if (!found.isDirectory()) return [path];
  const entries = await listFolder(path);
  for (const extension of ['.ckpt', '.json']) {
    const files = entries.filter((entry) => entry.type !== 'folder' && entry.name.endsWith(extension));
    if (files.length > 0) return files.map((entry) => entry.path);
  }
  const inner = entries.find((entry) => entry.name === 'strategy' && entry.type === 'folder');
  if (inner) return strategyFilesAt(inner.path);
  return refuse(
    'SG_NOT_FOUND',
    `${path} holds no strategy file (.ckpt or .json).`,
    'Name the strategy folder of the training output, or a strategy file.',
    { file: path, expected: 'ckpt_strategy_rank_N.ckpt files or a merged strategy' },
  );
}

/** A strategy that lies where MindSpore Transformers puts it, and what was wrong with others on the way. */
export interface StrategySearch {
  readonly found?: OpenStrategy;
  readonly problems: readonly Problem[];
}

/**
 * Looks for the strategy of the rank folders in `root`: in it, then beside it, then in the output folder
 * where they lie one folder deeper; the ranks' own files first, then merged ones. The first that parses and fits is
 * taken.
 */
export async function findStrategy(
  root: string,
  files: readonly WeightFile[],
  context: OpenContext,
): Promise<StrategySearch> {
  const problems: Problem[] = [];
  for (const { path, paths } of await candidates(root, context.roots ?? [])) {
    try {
      const found = await readStrategyAt(path, paths, 'found', context);
      const misfit = misfitOf(found, files);
      if (!misfit) return { found, problems };
      problems.push(asProblem(misfit, 'warning'));
    } catch (error) {
      const refusal = asFault(error);
      if (refusal.code === 'CANCELLED' || refusal.code === 'INTERNAL') throw error;
      problems.push(asProblem({ ...refusal, file: refusal.file ?? path }, 'warning'));
    }
  }
  return { problems };
}

interface Candidate {
  readonly path: string;
  readonly paths: readonly string[];
}

/** Folder names of MindSpore Transformers' guides: each rank writes to `strategy`, merged ones go beside. */
export const STRATEGY_FOLDERS = ['strategy', 'merged_strategy', 'strategy_json'];

/** Of an output folder. `transformed_checkpoint/NAME` is what a run cut for its own strategy when it started. */
const WEIGHT_FOLDERS = new Set(['checkpoint', 'checkpoint_network', 'transformed_checkpoint']);

async function candidates(root: string, roots: readonly string[]): Promise<Candidate[]> {
  const found: Candidate[] = [];
  const above = dirname(root);
  const output = WEIGHT_FOLDERS.has(basename(above)) ? [dirname(above)] : [];
  for (const place of [root, above, ...output]) {
    if (!(await isInRoots(place, roots))) continue;
    const entries = await listIfThere(place);
    for (const name of STRATEGY_FOLDERS) {
      if (!entries.some((entry) => entry.name === name && entry.type === 'folder')) continue;
      const path = join(place, name);
      const paths = await strategyFilesAt(path).catch(() => []);
      if (paths.length > 0) found.push({ path, paths });
    }
    const files = entries.filter((entry) => entry.type !== 'folder' && isStrategyName(entry.name));
    const ofRanks = files.filter((entry) => /rank_/.test(entry.name)).map((entry) => entry.path);
    for (const entry of files)
      if (!ofRanks.includes(entry.path)) found.push({ path: entry.path, paths: [entry.path] });
    if (ofRanks.length > 0) found.push({ path: place, paths: ofRanks });
  }
  return found;
}

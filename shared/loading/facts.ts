import type { CheckpointSummary, FileSummary } from '../checkpoint.ts';
import { isFaultCode, refuse } from '../errors.ts';
import type { ParallelNumbers } from '../layout/parallel.ts';
import type { Naming } from '../rename/names.ts';
import { saveName } from '../saves/name.ts';
import { t } from '../text/t.ts';
import { folderOf, lastName } from './paths.ts';

/** What is there to be loaded: all that the scenarios ask of an opened checkpoint. */
export type LoadingFacts = CompleteFacts | RankFacts;

interface CommonFacts {
  /** As it was opened: what commands name. */
  readonly path: string;
  /** What `load_checkpoint` names: the folder with the files, or with the rank folders. */
  readonly folder: string;
  readonly format: 'safetensors' | 'ckpt' | 'mixed';
  /** What a training should call its files; from the file names, else from config.json. */
  readonly prefix: string | undefined;
  readonly naming: Naming | undefined;
  readonly modelType: string | undefined;
  /** NumPy alone cannot hold some of the values. */
  readonly bfloat16: boolean;
  /** Optimizer state is there, and the counters of training. */
  readonly resumable: boolean;
}

export interface CompleteFacts extends CommonFacts {
  readonly type: 'complete';
  /** A single file was opened; others may lie beside it. */
  readonly file: string | undefined;
}

export interface RankFacts extends CommonFacts {
  readonly type: 'ranks';
  readonly ranks: readonly number[];
  readonly missingRanks: readonly number[];
  /** "step 20", and what tells its files apart. */
  readonly save: { readonly suffix: string; readonly name: string };
  /** A training that is given the folder takes this save: it is the newest one that lies there. */
  readonly newest: boolean;
  readonly saveCount: number;
  /** meta.json of the ranks says nothing else than what lies there. */
  readonly metaFits: boolean;
  /** A rank's file name, `{rank}` for the number; undefined where names follow no rule. */
  readonly fileName: string | undefined;
  readonly fileOfRankZero: string;
  readonly strategy: StrategyFacts | undefined;
  /** One copy of each slice was kept; undefined where nobody can tell. */
  readonly redundancyRemoved: boolean | undefined;
}

export interface StrategyFacts {
  readonly path: string;
  /** Named by the user: commands must name it too. */
  readonly given: boolean;
  readonly json: boolean;
  readonly words: string;
  readonly parallel: ParallelNumbers | undefined;
}

/**
 * What the scenarios need to know of a checkpoint.
 *
 * @throws CP_EMPTY for what has no weights, CP_NOT_DISTRIBUTED for one rank's part of a model, and the first
 *   error among the summary's problems: what is damaged cannot be loaded
 */
export function factsOf(summary: Omit<CheckpointSummary, 'id'>): LoadingFacts {
  const { path, kind, format, ranks, naming, modelType } = summary;
  const files = summary.files.filter((file) => file.kind === 'weights');
  const [first] = files;
  if (first === undefined || format === 'none' || summary.tensorCount === 0)
    return refuse(
      'CP_EMPTY',
      t('{{path}} holds no weights to load.', { path }),
      t('Open the checkpoint that belongs to it.'),
      { file: path },
    );
  refuseDamaged(summary);
  refuseRankAlone(summary);
  const common = {
    path,
    format,
    naming,
    modelType,
    prefix: /^(.+?)_rank_\d+/.exec(lastName(first.path))?.[1] ?? modelType,
    bfloat16: summary.dtypes.some(({ dtype }) => dtype === 'BF16'),
    resumable: summary.optimizer.tensors > 0 && summary.hyperCount > 0,
  };
  if (ranks.length === 0) {
    const file = kind === 'file' ? path : undefined;
    return { ...common, type: 'complete', folder: file === undefined ? path : folderOf(file), file };
  }
  return { ...common, type: 'ranks', folder: folderOf(folderOf(first.path)), ...rankFacts(summary, files) };
}

function rankFacts(summary: Omit<CheckpointSummary, 'id'>, files: readonly FileSummary[]) {
  const { saves, suffix, redundancy } = summary;
  const open = saves.find((save) => save.suffix === suffix) ?? { suffix: '', weightsOnly: false };
  // Weights alone are saved to a folder of their own.
  const beside = saves.filter(({ weightsOnly }) => weightsOnly === open.weightsOnly);
  const names = files.map(({ path, rank }) =>
    lastName(path).replace(new RegExp(`rank_${rank}(?!\\d)`), 'rank_{rank}'),
  );
  const [name = ''] = names;
  return {
    ranks: summary.ranks,
    missingRanks: summary.missingRanks,
    save: { suffix: open.suffix, name: saveName(open) },
    newest: beside.at(-1)?.suffix === open.suffix,
    saveCount: saves.length,
    metaFits: summary.problems.every(({ code }) => code !== 'META_MISMATCH'),
    fileName: names.every((other) => other === name) && /^[\w.{}-]+$/.test(name) ? name : undefined,
    fileOfRankZero: lastName(files[0]?.path ?? ''),
    strategy: strategyFacts(summary),
    redundancyRemoved: redundancy.state === 'unknown' ? redundancy.flag : redundancy.state === 'removed',
  };
}

function strategyFacts({ strategy, files }: Omit<CheckpointSummary, 'id'>): StrategyFacts | undefined {
  if (strategy === undefined) return undefined;
  const [file] = files.filter(({ kind }) => kind === 'strategy');
  const path =
    file === undefined ? strategy.path : strategy.fileCount === 1 ? file.path : folderOf(file.path);
  return {
    path,
    given: strategy.origin === 'given',
    json: (file?.path ?? path).endsWith('.json'),
    words: strategy.words,
    parallel: strategy.parallel,
  };
}

function refuseDamaged({ problems }: Omit<CheckpointSummary, 'id'>): void {
  for (const { code, severity, message, advice = '', ...where } of problems)
    if (severity === 'error' && isFaultCode(code)) refuse(code, message, advice, where);
}

function refuseRankAlone({ path, kind, ranks }: Omit<CheckpointSummary, 'id'>): void {
  const [rank] = ranks;
  if (rank === undefined || (kind !== 'file' && !/^rank_?\d+$/.test(lastName(path)))) return;
  refuse(
    'CP_NOT_DISTRIBUTED',
    t('This is the part that rank {{rank}} holds, not a model that can be loaded.', { rank }),
    t('Open the folder that has all rank folders.'),
    { file: path, rank },
  );
}

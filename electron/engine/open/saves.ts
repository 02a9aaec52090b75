import type { Save } from '../../../shared/checkpoint.ts';
import { refuse } from '../../../shared/errors.ts';
import { saveName } from '../../../shared/saves/name.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { isUnread, type RankFile, type RankFolder, type UnreadFolder } from './rank-folders.ts';
import { compareSaves, fitsSuffix } from './weight-names.ts';

/** A save with its files: per rank every file that belongs to it (more than one is ambiguous). */
export interface SaveFiles extends Save {
  readonly run: number;
  readonly byRank: ReadonlyMap<number, readonly RankFile[]>;
  /** Every rank folder that can be read has it. */
  readonly everywhere: boolean;
  /** Rank folders that cannot be read: nobody knows whether they have it. */
  readonly unread: readonly UnreadFolder[];
}

/**
 * Sorts the weight files of rank folders into saves, oldest first. A save is the files of one epoch, step and
 * run; steps are never mixed.
 */
export function groupSaves(folders: readonly RankFolder[]): readonly SaveFiles[] {
  const ranks = folders.filter((folder) => folder.weights.length > 0).length;
  const unread = folders.filter(isUnread);
  const files = folders.flatMap((folder) => folder.weights);
  // `net_0` on rank 0, `net_1` on rank 1: the number is the rank's, it tells no saves apart.
  const numbered = files.filter((file) => file.name.number !== undefined);
  const numberIsRank = numbered.length > 1 && numbered.every((file) => file.name.number === file.rank);
  const groups = new Map<string, { first: RankFile; byRank: Map<number, RankFile[]> }>();
  for (const file of files) {
    const { run, epoch, step, number, network, breakpoint } = file.name;
    const key = [run, epoch, step, numberIsRank ? undefined : number, network, breakpoint].join();
    let group = groups.get(key);
    if (!group) {
      group = { first: file, byRank: new Map() };
      groups.set(key, group);
    }
    const same = group.byRank.get(file.rank);
    if (same) same.push(file);
    else group.byRank.set(file.rank, [file]);
  }
  const plain = [...groups.values()].map(({ first, byRank }) => ({
    suffix: suffixOf(first, numberIsRank),
    ...(first.name.epoch !== undefined && { epoch: first.name.epoch }),
    ...(first.name.step !== undefined && { step: first.name.step }),
    run: first.name.run,
    ranks: [...byRank.keys()],
    whole: byRank.size === ranks && unread.length === 0,
    everywhere: byRank.size === ranks,
    unread,
    weightsOnly: first.name.network,
    byRank: new Map([...byRank].map(([rank, list]) => [rank, preferSafetensors(list)])),
  }));
  return oldestFirst(nameRuns(plain));
}

/** By epoch, step and run; at one step the weights alone come before what training resumes from. */
export function oldestFirst(saves: readonly SaveFiles[]): readonly SaveFiles[] {
  return saves.toSorted((a, b) => compareSaves(a, b) || Number(b.weightsOnly) - Number(a.weightsOnly));
}

function suffixOf(file: RankFile, numberIsRank: boolean): string {
  const { epoch, step, number, network, breakpoint } = file.name;
  const numbers =
    epoch !== undefined ? `${epoch}_${step}` : numberIsRank || number === undefined ? '' : `${number}`;
  return `${network ? 'network-' : ''}${numbers}${breakpoint ? '_breakpoint' : ''}`;
}

/** A run started again gives its number to the suffix; so does the first run where the two would be equal. */
function nameRuns(saves: readonly SaveFiles[]): SaveFiles[] {
  const counts = new Map<string, number>();
  for (const { suffix } of saves) counts.set(suffix, (counts.get(suffix) ?? 0) + 1);
  return saves.map((save) =>
    save.run > 0 || (counts.get(save.suffix) ?? 0) > 1
      ? { ...save, suffix: save.suffix === '' ? `${save.run}` : `${save.run}-${save.suffix}` }
      : save,
  );
}

/** A `.ckpt` converted to safetensors in place lies beside it: MindSpore's merge reads safetensors only. */
function preferSafetensors(files: readonly RankFile[]): readonly RankFile[] {
  const safetensors = files.filter((file) => file.name.format === 'safetensors');
  return safetensors.length > 0 ? safetensors : files;
}

/** The save to open, with one file a rank. */
export interface ChosenSave {
  readonly save: SaveFiles;
  readonly files: readonly RankFile[];
}

/**
 * Chooses the save: the one a suffix names, else the newest that every rank has. Where no step is on every
 * rank, the one that most ranks have (replicas may cover the others; the model says whether they do).
 *
 * @param path the folder, for messages
 * @throws CP_EMPTY without weight files; CP_STEP when no save fits the suffix; CP_AMBIGUOUS when several fit,
 *   or when several files of one rank belong to the save
 */
export function chooseSave(saves: readonly SaveFiles[], path: string, suffix?: string): ChosenSave {
  const save = suffix === undefined ? newestSave(saves) : namedSave(saves, path, suffix);
  if (!save) {
    return refuse(
      'CP_EMPTY',
      `The rank folders in ${path} hold no .safetensors or .ckpt file.`,
      'Check that the copy is complete and that this is the right folder.',
      { file: path },
    );
  }
  const files = [...save.byRank.values()].map((candidates) => {
    const [only, second] = candidates;
    if (only && !second) return only;
    return refuseAmbiguous(
      candidates,
      path,
      suffix,
      `${candidates.length} files of rank ${only?.rank ?? 0} belong to ${saveName(save)}`,
      'Keep one of them in the folder and move the others away.',
    );
  });
  return { save, files: files.sort((a, b) => a.rank - b.rank) };
}

function newestSave(saves: readonly SaveFiles[]): SaveFiles | undefined {
  const newest =
    saves.findLast((save) => save.everywhere && !save.weightsOnly) ??
    saves.findLast((save) => save.everywhere);
  if (newest) return newest;
  const most = Math.max(...saves.map((save) => save.ranks.length));
  return saves.findLast((save) => save.ranks.length === most);
}

function namedSave(saves: readonly SaveFiles[], path: string, suffix: string): SaveFiles {
  const exact = saves.filter((save) => save.suffix === suffix);
  const fitting =
    exact.length > 0
      ? exact
      : saves.filter((save) =>
          [...save.byRank.values()].some((files) => files.some((f) => fitsSuffix(f.name, suffix))),
        );
  const [only, second] = fitting;
  if (only && !second) return only;
  if (!only) {
    const there = saves
      .map((save) => (save.suffix === '' ? 'files without a suffix' : save.suffix))
      .join(', ');
    return refuse(
      'CP_STEP',
      `No rank folder in ${path} has a file that ends in '${escapeText(suffix)}'.`,
      there === ''
        ? 'There are no weight files at all.'
        : `Choose one of the saves that are there: ${there}.`,
      { file: path, expected: suffix, found: there },
    );
  }
  return refuseAmbiguous(
    fitting.flatMap((save) => [...save.byRank.values()][0] ?? []),
    path,
    suffix,
    `'${escapeText(suffix)}' fits ${fitting.length} saves`,
    `Name one of them in full: ${fitting.map((save) => save.suffix).join(' or ')}.`,
  );
}

function refuseAmbiguous(
  files: readonly RankFile[],
  path: string,
  suffix: string | undefined,
  what: string,
  advice: string,
): never {
  const names = files.map((file) => escapeText(file.fileName)).join(', ');
  return refuse('CP_AMBIGUOUS', `${what}: ${names}.`, advice, {
    file: path,
    rank: files[0]?.rank,
    expected: suffix === undefined ? 'one file a rank' : `one file a rank that ends in ${suffix}`,
    found: names,
  });
}

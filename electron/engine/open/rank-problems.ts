import type { Problem, RedundancySummary, Save } from '../../../shared/checkpoint.ts';
import { saveName } from '../../../shared/saves/name.ts';
import { capital } from '../../../shared/text/capital.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { t } from '../../../shared/text/t.ts';
import { formatCount } from '../../../shared/text/units.ts';
import type { RankFolder } from './rank-folders.ts';
import type { ChosenSave, SaveFiles } from './saves.ts';

/**
 * Ranks that the save lacks. Only the model knows whether replicas on other ranks hold the same slices
 * (`uncovered`); without a strategy nobody does.
 */
export function missingRanksProblem(
  missing: readonly number[],
  save: Save,
  facts: { readonly uncovered: boolean; readonly strategy: boolean },
): readonly Problem[] {
  const [first] = missing;
  if (first === undefined) return [];
  const one = missing.length === 1;
  const consequence = !facts.strategy
    ? t('without a strategy nobody can say whether other ranks hold the same')
    : facts.uncovered
      ? t('some of the slices are on no other rank')
      : one
        ? t('the other ranks hold all of its slices')
        : t('the other ranks hold all of their slices');
  return [
    {
      code: 'MISSING_RANKS',
      severity: facts.uncovered ? 'error' : 'warning',
      message: `${capital(rankList(missing))} ${one ? 'has' : 'have'} no file of ${saveName(save)}: ${consequence}.`,
      advice: facts.uncovered
        ? 'Copy the missing rank folders here, or open a save that every rank has.'
        : facts.strategy
          ? 'Copy the missing rank folders here if there are any; a merge can do without them.'
          : 'Copy the missing rank folders here if there are any.',
      rank: first,
    },
  ];
}

/** A newer save than the open one that some ranks lack: a run that broke off while saving, or a bad copy. */
export function stepsProblem(
  saves: readonly SaveFiles[],
  { save }: ChosenSave,
  ranks: readonly number[],
): readonly Problem[] {
  if (save.step === undefined) return [];
  const at = saves.indexOf(save);
  const newer = saves.findLast(
    (other, index) => index > at && !other.everywhere && other.weightsOnly === save.weightsOnly,
  );
  if (!newer) return [];
  const lacking = ranks.filter((rank) => !newer.ranks.includes(rank));
  const [first] = lacking;
  return [
    {
      code: 'STEPS_DIFFER',
      severity: 'warning',
      message: newerWords(lacking, newer, save),
      advice: save.whole
        ? `Training can resume from ${saveName(save)} at the latest. Choose ${newer.suffix} to open the newer one.`
        : 'Steps are never mixed: choose another save to open.',
      ...(first !== undefined && { rank: first }),
    },
  ];
}

function newerWords(lacking: readonly number[], newer: Save, save: Save): string {
  const said = { ranks: capital(rankList(lacking)), newer: saveName(newer), save: saveName(save) };
  const one = lacking.length === 1;
  if (!save.whole)
    return one
      ? t('{{ranks}} has no save of {{newer}}: {{save}} is open.', said)
      : t('{{ranks}} have no save of {{newer}}: {{save}} is open.', said);
  return one
    ? t('{{ranks}} has no save of {{newer}}: {{save}} is the newest that every rank has and is open.', said)
    : t('{{ranks}} have no save of {{newer}}: {{save}} is the newest that every rank has and is open.', said);
}

/** Files of one save whose names begin differently, or name another rank: perhaps of two models. */
export function prefixProblem({ save, files }: ChosenSave): readonly Problem[] {
  const prefixes = new Map<string, (typeof files)[number]>();
  for (const file of files) if (!prefixes.has(file.name.prefix)) prefixes.set(file.name.prefix, file);
  // Names without a rank in them (`checkpoint_0`, `checkpoint_1`) differ by design.
  const [a, b] = [...prefixes.values()];
  if (!a || !b || prefixes.size === files.length) return [];
  return [
    {
      code: 'OTHER_FILES',
      severity: 'warning',
      message: `The files of ${saveName(save)} are named in ${formatCount(prefixes.size)} ways: ${escapeText(a.fileName)} on rank ${a.rank}, ${escapeText(b.fileName)} on rank ${b.rank}.`,
      advice: 'Check that they are of one training run and lie in the folders of their own ranks.',
      file: b.path,
      rank: b.rank,
    },
  ];
}

/** A save that lies there in both formats: which one is shown is nothing that the numbers tell. */
export function formatsProblem(
  folders: readonly RankFolder[],
  { save, files }: ChosenSave,
): readonly Problem[] {
  const byRank = new Map(folders.map(({ rank, weights }) => [rank, weights]));
  const first = files.find(({ rank, name }) =>
    byRank.get(rank)?.some((other) => other.name.stem === name.stem && other.name.format !== name.format),
  );
  if (!first) return [];
  return [
    {
      code: 'OTHER_FILES',
      severity: 'info',
      message: `The files of ${saveName(save)} lie here as safetensors and as .ckpt: the safetensors are open.`,
      advice: 'To look at the others, move these away.',
      file: first.path,
      rank: first.rank,
    },
  ];
}

export function noStrategyProblem(path: string, ranks: readonly number[]): Problem {
  return {
    code: 'NO_STRATEGY',
    severity: ranks.length > 1 ? 'warning' : 'info',
    message: `No strategy was found for ${rankList(ranks)}: nothing says which part of a tensor each rank holds.`,
    advice: 'Name the strategy file or folder that the training run wrote, usually output/strategy.',
    file: path,
  };
}

/** The files' own `remove_redundancy` against what they hold. The flag wins in MindSpore; here the files do. */
export function flagProblem(flag: boolean | undefined, { state }: RedundancySummary): readonly Problem[] {
  const contradicts = (flag === true && state === 'full') || (flag === false && state === 'removed');
  if (!contradicts) return [];
  return [
    {
      code: 'FLAG_CONTRADICTS',
      severity: 'warning',
      message: flag
        ? 'The files say remove_redundancy "True", yet several ranks hold the same slices.'
        : 'The files say remove_redundancy "False", yet each slice is on one rank only.',
      advice: 'What the files hold is used; each slice is read once.',
    },
  ];
}

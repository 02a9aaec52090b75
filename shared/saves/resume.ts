import { rankList } from '../text/ranks.ts';
import { t } from '../text/t.ts';
import { formatCount } from '../text/units.ts';
import { saveName } from './name.ts';
import type { RankMeta, SaveState } from './report.ts';

/** Where training can go on. */
export interface Resume {
  /** The newest save that can be resumed from: every rank has it whole, with optimizer state. */
  readonly from?: string;
  /** The newest save that was made to be resumed from, whether it can be or not. */
  readonly newest?: string;
  /** Saves that are newer than `from` and why it is none of them, newest first: "rank 3 has no file of it". */
  readonly passedOver: readonly { readonly suffix: string; readonly why: string }[];
  readonly automatic: Automatic;
}

/** What MindSpore Transformers picks by itself with `resume_training: True`. */
export type Automatic =
  | {
      readonly type: 'save';
      readonly suffix: string;
      /** The rank whose meta.json is oldest: nothing newer than what it says is taken. */
      readonly boundBy: number;
    }
  /** Not every rank has a meta.json that can be read: each loads its own newest file. */
  | { readonly type: 'each-its-own'; readonly without: readonly number[]; readonly same: boolean }
  | { readonly type: 'none' };

/** Which save training can resume from, and which one it would. Saves are given oldest first. */
export function resumeOf(
  saves: readonly SaveState[],
  ranks: readonly number[],
  metas: readonly RankMeta[],
): Resume {
  const candidates = saves.filter(({ weightsOnly, step }) => !weightsOnly && step !== undefined);
  const from = candidates.findLast(isWhole);
  const newest = candidates.at(-1);
  const newer = from ? candidates.slice(candidates.indexOf(from) + 1) : candidates;
  return {
    ...(from && { from: from.suffix }),
    ...(newest && { newest: newest.suffix }),
    passedOver: newer.toReversed().map((save) => ({ suffix: save.suffix, why: whyNot(save) })),
    automatic: automatic(candidates, ranks, metas),
  };
}

export function isWhole({ missing, damaged }: SaveState): boolean {
  return missing.length === 0 && damaged.length === 0;
}

function whyNot({ missing, damaged }: SaveState): string {
  const parts: string[] = [];
  if (missing.length > 0)
    parts.push(
      missing.length === 1
        ? t('{{ranks}} has no file of it', { ranks: rankList(missing) })
        : t('{{ranks}} have no file of it', { ranks: rankList(missing) }),
    );
  const [first] = damaged;
  if (first)
    parts.push(
      damaged.every(({ fault }) => fault.code === 'IO_PERMISSION' || fault.code === 'IO_READ')
        ? t('its part on {{ranks}} cannot be read', { ranks: rankList(damaged.map(({ rank }) => rank)) })
        : damaged.length === 1
          ? t('the file of rank {{rank}} is damaged', { rank: first.rank })
          : t('the files of {{number}} ranks are damaged, first of rank {{rank}}', {
              number: formatCount(damaged.length),
              rank: first.rank,
            }),
    );
  return parts.join(', and ');
}

/**
 * As MindSpore Transformers does it (`tools/resume_ckpt.py`): the lowest epoch and step that any rank's
 * meta.json says is the bound; of the saves up to it, the newest that every rank has and can load. Names are
 * those of the last rank's meta.json. A rank without one makes each take the last file in its own folder.
 */
function automatic(
  candidates: readonly SaveState[],
  ranks: readonly number[],
  metas: readonly RankMeta[],
): Automatic {
  const read = metas.flatMap(({ rank, epoch, step, file }) =>
    epoch === undefined || step === undefined ? [] : [{ rank, epoch, step, file: file ?? '' }],
  );
  const known = new Set(read.map(({ rank }) => rank));
  const without = ranks.filter((rank) => !known.has(rank));
  const [bound] = read.toSorted((a, b) => a.epoch - b.epoch || a.step - b.step);
  const last = read.at(-1);
  if (without.length > 0 || !bound || !last) {
    const newest = candidates.at(-1);
    return { type: 'each-its-own', without, same: newest === undefined || isWhole(newest) };
  }
  const run = Number(/_rank_\d+_(\d+)-/.exec(last.file)?.[1] ?? 0);
  const found = candidates.findLast(
    (save) =>
      isWhole(save) &&
      // The first run's names are the beginning of those of the later ones.
      (run === 0 || save.run === run) &&
      ((save.epoch ?? 0) < bound.epoch ||
        ((save.epoch ?? 0) === bound.epoch && (save.step ?? 0) <= bound.step)),
  );
  return found ? { type: 'save', suffix: found.suffix, boundBy: bound.rank } : { type: 'none' };
}

/** "step 20" of a save that is only known by its suffix. */
export function nameOf(saves: readonly SaveState[], suffix: string): string {
  const save = saves.find((candidate) => candidate.suffix === suffix);
  return save ? saveName(save) : suffix;
}

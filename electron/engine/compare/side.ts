import { basename, dirname, join } from 'node:path';
import type { SideTensor } from '../../../shared/compare/names.ts';
import type { CompareSide } from '../../../shared/compare/options.ts';
import { refuse } from '../../../shared/errors.ts';
import { saveName } from '../../../shared/saves/name.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import type { OpenCheckpoint } from '../open/open.ts';
import { isComplete, requireStrategy } from '../prepare/prepared.ts';

/** One side of a comparison: a checkpoint's whole tensors, or those of one rank as it stores them. */
export interface Side {
  readonly open: OpenCheckpoint;
  readonly rank?: number;
  /** In natural order of names. */
  readonly tensors: readonly SideTensor[];
}

/**
 * @throws CP_EMPTY for a strategy; USAGE for a rank that is not there; SG_NOT_FOUND where whole tensors are wanted
 *   and only a strategy could say how ranks go together
 */
export function sideOf(open: OpenCheckpoint, asked: CompareSide): Side {
  const { summary, model } = open;
  if (summary.kind === 'strategy')
    refuse('CP_EMPTY', 'A strategy has no tensors to compare.', 'Name the weights.', { file: summary.path });
  // A lone rank folder has no more than its own slices.
  const rank = asked.rank ?? (summary.ranks.length === 1 ? summary.ranks[0] : undefined);
  if (rank === undefined) {
    if (!isComplete(summary)) requireStrategy(open);
    return { open, tensors: model.tensors };
  }
  if (!summary.ranks.includes(rank))
    refuse(
      'USAGE',
      `${summary.path} has no rank ${rank}.`,
      summary.ranks.length === 0
        ? 'It is not split over ranks: leave the rank out.'
        : `It has ${rankList(summary.ranks)}.`,
      { file: summary.path, rank },
    );
  const files = new Set(model.files.flatMap((file, index) => (file.rank === rank ? [index] : [])));
  const tensors = model.tensors.flatMap(
    ({ holders }) => holders.find(({ file }) => files.has(file))?.stored ?? [],
  );
  return { open, rank, tensors };
}

/** What tells two sides apart: their ranks or saves where both are of one folder, else their folders. */
export function labelsOf(a: Side, b: Side): { a: string; b: string; of: string | undefined } {
  const { path } = a.open.summary;
  if (path === b.open.summary.path && (a.rank !== b.rank || saveOf(a) !== saveOf(b))) {
    const label = (side: Side, other: Side) =>
      [
        ...(side.rank !== other.rank || saveOf(side) === undefined ? [rankOf(side) ?? 'all ranks'] : []),
        ...(saveOf(side) === saveOf(other) ? [] : [saveOf(side) ?? 'the save']),
      ].join(' of ');
    return { a: label(a, b), b: label(b, a), of: basename(path) };
  }
  const alike = basename(path) === basename(b.open.summary.path);
  const label = (side: Side) => {
    const { path: own } = side.open.summary;
    const name = alike ? join(basename(dirname(own)), basename(own)) : basename(own);
    return side.rank === undefined ? name : `${rankOf(side)} of ${name}`;
  };
  return { a: label(a), b: label(b), of: undefined };
}

function rankOf({ rank }: Side): string | undefined {
  return rank === undefined ? undefined : `rank ${rank}`;
}

function saveOf({ open: { summary } }: Side): string | undefined {
  const save = summary.saves.find(({ suffix }) => suffix === summary.suffix);
  return save && (save.weightsOnly ? `the weights of ${saveName(save)}` : saveName(save));
}

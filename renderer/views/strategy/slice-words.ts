import type { Box } from '../../../shared/layout/box.ts';
import type { StageSlices } from '../../../shared/layout/stage-slices.ts';
import { becauseWords, boxWords, holders, partWords } from '../../../shared/layout/words.ts';
import type { ParameterLayout } from '../../../shared/strategy/layout-groups.ts';

/** A box in words: in elements, or in parts where no file says how many elements there are. */
export function heldWords({ shape: known }: ParameterLayout, { shape }: StageSlices, box: Box): string {
  return known ? boxWords(box, shape) : partWords(box.start, shape);
}

/** Ranks that hold a slice, ascending. */
export function ranksOf({ stages }: StageSlices, slice: number): number[] {
  return stages.flatMap(({ firstRank, slice: held }) =>
    held.flatMap((one, local) => (one === slice ? [firstRank + local] : [])),
  );
}

/**
 * "Rank 5 holds rows 16–31 and all columns, because …": of one rank, or of all that hold the slice. Stages that cut
 * a shared parameter differently have a sentence each.
 */
export function sliceSentence(
  parameter: ParameterLayout,
  slices: StageSlices,
  slice: number,
  rank: number | undefined,
): string {
  const box = slices.boxes[slice];
  if (box === undefined) return '';
  const { devicesPerStage, layouts } = parameter;
  const ranks = rank === undefined ? ranksOf(slices, slice) : [rank];
  const byReason = new Map<string, number[]>();
  for (const one of ranks) {
    const own = layouts.find(({ stage }) => stage === Math.floor(one / devicesPerStage));
    const reason = own ? becauseWords(own.layout, () => own.axes) : '';
    const same = byReason.get(reason);
    if (same) same.push(one);
    else byReason.set(reason, [one]);
  }
  const held = heldWords(parameter, slices, box);
  return [...byReason].map(([reason, same]) => `${holders(same)} ${held}, because ${reason}.`).join(' ');
}

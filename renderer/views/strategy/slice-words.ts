import type { Box } from '../../../shared/layout/box.ts';
import type { StageSlices } from '../../../shared/layout/stage-slices.ts';
import { becauseWords, boxWords, holdingWords, partWords } from '../../../shared/layout/words.ts';
import type { ParameterLayout } from '../../../shared/strategy/layout-groups.ts';
import { dimensionWord } from '../../detail/split-geometry.ts';
import { t } from '../../language/t.ts';

/** A box in words: in elements, or in parts where no file says how many elements there are. */
export function heldWords({ shape: known }: ParameterLayout, { shape }: StageSlices, box: Box): string {
  return known ? boxWords(box, shape) : partWords(box.start, shape);
}

/** A box as its part of each dimension that is cut, short enough for a drawing: "part 2 of 4", "rows 1 of 2, columns 2 of 2". */
export function drawnPart({ shape }: StageSlices, { start }: Box): string {
  const cut = shape.flatMap((parts, d) => (parts === 1 ? [] : [{ parts, d }]));
  return cut
    .map(({ parts, d }) => {
      const part = (start[d] ?? 0) + 1;
      return cut.length === 1
        ? t('part {{part}} of {{parts}}', { part, parts })
        : t('{{dimension}} {{part}} of {{parts}}', {
            dimension: dimensionWord(d, shape.length),
            part,
            parts,
          });
    })
    .join(t(', '));
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
  return [...byReason]
    .map(([reason, same]) =>
      t('{{holding}}, because {{reason}}.', { holding: holdingWords(same, held), reason }),
    )
    .join(' ');
}

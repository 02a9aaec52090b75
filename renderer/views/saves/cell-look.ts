import type { CellState, SaveState } from '../../../shared/saves/report.ts';
import { t } from '../../language/t.ts';
import type { CellLook, Palette } from '../../table/draw-cells.ts';

/** A rank's file of a save: what the names and headers of the files say of it. */
export type SaveCell = CellState | 'weights';

export function saveCell(state: CellState, { weightsOnly }: SaveState): SaveCell {
  return state === 'whole' && weightsOnly ? 'weights' : state;
}

/** Of each kind of cell. A picture has hundreds: finding a word's translation for every one takes 1 ms of a frame. */
export function cellWords(): Readonly<Record<SaveCell, string>> {
  return { whole: t('whole'), weights: t('weights'), missing: t('missing'), damaged: t('damaged') };
}

/** Whole files are a quiet surface, so that what is missing or damaged is seen among thousands. */
export function cellLook(cell: SaveCell, text: string, palette: Palette): CellLook {
  const edge = (token: string) => ({ colour: palette(token), width: 1 });
  switch (cell) {
    case 'whole':
      return { text, ink: palette('slice-ink'), fill: palette('slice-0') };
    case 'weights':
      return { text, ink: palette('text-2'), fill: palette('surface'), edge: edge('line-strong') };
    case 'missing':
      return { text, fill: palette('surface-hover'), hatch: palette('line'), edge: edge('line-strong') };
    case 'damaged':
      return { text, ink: palette('error-text'), fill: palette('error-soft'), edge: edge('error-text') };
  }
}

import { cellSlice, cellState } from '../../../shared/ranks/cells.ts';
import type { RanksRow } from '../../../shared/ranks/page.ts';
import { sliceToken } from '../../detail/slice-colour.ts';
import { t } from '../../language/t.ts';
import type { CellLook, Palette } from '../../table/draw-cells.ts';

/** A cell of the matrix as it is drawn and said. */
export interface Cell {
  readonly code: number;
  readonly row: RanksRow;
  /** Its copy was compared with its replica and differs. */
  readonly differs: boolean;
  /** Slices that other ranks hold were left out on purpose: saved without redundancy. */
  readonly removed: boolean;
}

/** What a cell says on hover and to a screen reader. */
export function cellWords({ code, row, differs, removed }: Cell): string {
  const words = stateWords(code, row, removed);
  return differs ? t('{{words}}, which differs from its replica', { words }) : words;
}

function stateWords(code: number, { slices }: RanksRow, removed: boolean): string {
  const slice =
    slices === 1
      ? t('the whole tensor')
      : t('slice {{slice}} of {{slices}}', { slice: cellSlice(code) + 1, slices });
  switch (cellState(code)) {
    case 'held':
      return t('Holds {{slice}}', { slice });
    case 'elsewhere':
      return removed
        ? t('Left out: another rank has {{slice}}', { slice })
        : t('Missing here: {{slice}}. Another rank has it', { slice });
    case 'missing':
      return t('Missing: no rank has {{slice}}', { slice });
    case 'unknown':
      return t('A part; only a strategy says which');
    case 'none':
      return t('Holds nothing of it');
  }
}

/** Equal slices of a row have equal colours; what is missing is hatched. */
export function cellLook(
  { code, row, differs, removed }: Cell,
  lit: boolean,
  palette: Palette,
): CellLook | undefined {
  const state = cellState(code);
  if (state === 'none') return undefined;
  if (differs)
    return {
      text: t('differs'),
      bold: true,
      ink: palette('error-text'),
      fill: palette('error-soft'),
      edge: { colour: palette('error-text'), width: 1 },
    };
  if (state === 'unknown')
    return {
      text: t('part'),
      ink: palette('text-2'),
      fill: palette('surface-side'),
      edge: { colour: palette('line'), width: 1 },
    };
  if (state === 'elsewhere' && removed) return { text: '–', ink: palette('text-3') };
  if (state !== 'held') return { fill: palette('surface-side'), hatch: palette('line-strong') };
  const slice = cellSlice(code);
  const fill = palette(sliceToken(slice));
  const ink = palette('slice-ink');
  return {
    text: row.slices === 1 ? t('whole') : `${slice + 1}/${row.slices}`,
    ink,
    fill,
    ...(lit && {
      edge: { colour: `color-mix(in oklab, ${fill} 35%, ${ink})`, width: 2 },
    }),
  };
}

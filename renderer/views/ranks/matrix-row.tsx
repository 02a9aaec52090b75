import { memo } from 'react';
import { type CellState, cellSlice, cellState } from '../../../shared/ranks/cells.ts';
import type { RanksRow } from '../../../shared/ranks/page.ts';
import { sliceColour } from '../../detail/slice-colour.ts';
import { cx } from '../../parts/cx.ts';
import { MiddleText } from '../../parts/middle-text.tsx';
import css from './ranks.module.css';

/** Width of a rank's column, in CSS pixels. */
export const COLUMN = 68;

export interface MatrixRowProps {
  readonly row: RanksRow | undefined;
  readonly index: number;
  readonly top: number;
  /** Columns to draw: the first, and their codes; undefined for those that are on their way. */
  readonly firstColumn: number;
  readonly codes: readonly (number | undefined)[];
  /** Slice that is lit in this row. */
  readonly lit: number | undefined;
  /** Column of the cursor, where it is in this row. */
  readonly cursor: number | undefined;
  /** Columns whose copy was compared and differs from its replica. */
  readonly differing: readonly number[];
  /** Slices that other ranks hold were left out on purpose: saved without redundancy. */
  readonly removed: boolean;
}

/** A tensor with the slice that each rank holds. Rows are drawn again only when something in them changes. */
export const MatrixRow = memo(
  function MatrixRow({
    row,
    index,
    top,
    firstColumn,
    codes,
    lit,
    cursor,
    differing,
    removed,
  }: MatrixRowProps) {
    return (
      <tr aria-rowindex={index + 2} className={css.row} style={{ transform: `translateY(${top}px)` }}>
        <th scope="row" className={cx(css.name, cursor !== undefined && css.current)}>
          {row && <MiddleText text={row.name} />}
        </th>
        {codes.map((code, i) => {
          const column = firstColumn + i;
          const words = row && code !== undefined ? cellWords(code, row, removed) : undefined;
          const slice = code === undefined ? -1 : cellSlice(code);
          const state = code === undefined ? 'none' : cellState(code);
          const differs = differing.includes(column);
          return (
            <td
              key={column}
              id={cellId(index, column)}
              aria-colindex={column + 2}
              title={words?.title}
              aria-label={differs ? `${words?.text}, differs` : words?.label}
              className={cx(
                css.cell,
                state !== 'none' && css[looksOf(state, removed)],
                state === 'held' && lit === slice && css.lit,
                differs && css.differs,
                cursor === column && css.cursor,
              )}
              style={{
                left: column * COLUMN,
                ...(state === 'held' && { ['--slice' as string]: sliceColour(slice) }),
              }}
            >
              {state !== 'none' && (differs ? 'differs' : words?.text)}
            </td>
          );
        })}
      </tr>
    );
  },
  (before, after) =>
    before.row === after.row &&
    before.top === after.top &&
    before.firstColumn === after.firstColumn &&
    before.lit === after.lit &&
    before.cursor === after.cursor &&
    before.removed === after.removed &&
    sameList(before.differing, after.differing) &&
    sameList(before.codes, after.codes),
);

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}

export function cellId(row: number, column: number): string {
  return `rank-cell-${row}-${column}`;
}

function looksOf(state: CellState, removed: boolean): string {
  return state === 'elsewhere' && !removed ? 'missing' : state;
}

/** What a cell says, to the eye, on hover and to a screen reader. */
function cellWords(
  code: number,
  { slices }: RanksRow,
  removed: boolean,
): { text: string; label?: string; title: string } {
  const slice = slices === 1 ? 'the whole tensor' : `slice ${cellSlice(code) + 1} of ${slices}`;
  switch (cellState(code)) {
    case 'held':
      return slices === 1
        ? { text: 'whole', title: 'Holds the whole tensor' }
        : { text: `${cellSlice(code) + 1}/${slices}`, title: `Holds ${slice}` };
    case 'elsewhere':
      return removed
        ? { text: '–', label: 'left out', title: `Left out: another rank has ${slice}` }
        : { text: '', label: 'missing', title: `Missing here: ${slice}. Another rank has it` };
    case 'missing':
      return { text: '', label: 'missing', title: `Missing: no rank has ${slice}` };
    case 'unknown':
      return { text: 'part', title: 'A part; only a strategy says which' };
    case 'none':
      return { text: '', label: 'nothing', title: 'Holds nothing of it' };
  }
}

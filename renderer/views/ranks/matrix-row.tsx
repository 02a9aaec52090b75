import { memo, type ReactNode } from 'react';
import type { RanksRow } from '../../../shared/ranks/page.ts';
import { cx } from '../../parts/cx.ts';
import { MiddleText } from '../../parts/middle-text.tsx';
import { COLUMN } from './geometry.ts';
import css from './ranks.module.css';

interface MatrixRowProps {
  readonly row: RanksRow | undefined;
  readonly index: number;
  /** Among all rows of the table, those of the headings included, from 1. */
  readonly place: number;
  readonly top: number;
  readonly current: boolean;
  /** The name was pressed. */
  readonly onPress: (index: number) => void;
  /** Cells as elements, in the cursor's row; the picture has all. */
  readonly children?: ReactNode;
}

/** A tensor's name, before the picture of what each rank holds of it. */
export const MatrixRow = memo(function MatrixRow({
  row,
  index,
  place,
  top,
  current,
  onPress,
  children,
}: MatrixRowProps) {
  return (
    <tr aria-rowindex={place} className={css.row} style={{ transform: `translateY(${top}px)` }}>
      <th
        scope="row"
        className={cx(css.name, current && css.current)}
        onMouseDown={(event) => event.button === 0 && onPress(index)}
      >
        {row && <MiddleText text={row.name} />}
      </th>
      {children}
    </tr>
  );
});

interface CursorCellsProps {
  readonly row: number;
  /** Column of the cursor. */
  readonly cursor: number;
  readonly columns: readonly number[];
  readonly words: (column: number) => string | undefined;
}

/** The cells of the cursor's row for a screen reader, and the cursor itself; they lie over the picture. */
export function CursorCells({ row, cursor, columns, words }: CursorCellsProps) {
  return columns.map((column) => (
    <td
      key={column}
      id={cellId(row, column)}
      aria-colindex={column + 2}
      aria-label={words(column)}
      className={cx(css.cell, column === cursor && css.cursor)}
      style={{ left: column * COLUMN }}
    />
  ));
}

export function cellId(row: number, column: number): string {
  return `rank-cell-${row}-${column}`;
}

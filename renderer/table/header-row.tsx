import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { Header } from '@tanstack/react-table';
import type { TensorRow } from '../../shared/checkpoint.ts';
import { cx } from '../parts/cx.ts';
import type { TableAsk } from '../store/table.ts';
import { CELLS, columnLabel, type features, sortColumnOf } from './columns.tsx';
import css from './header.module.css';

type ColumnHeader = Header<typeof features, TensorRow, unknown>;

interface HeaderRowProps {
  readonly headers: readonly ColumnHeader[];
  readonly sort: TableAsk['sort'];
  readonly onSort: (sort: TableAsk['sort']) => void;
  /** Starts dragging a column's edge; the header's present width comes along. */
  readonly onResize: (header: ColumnHeader, width: number, event: unknown) => void;
  readonly onResetWidth: (id: string) => void;
  readonly className: string;
}

/** Column headers: a click sorts (up, down, not at all), dragging the edge sets the width. */
export function HeaderRow({ headers, sort, onSort, onResize, onResetWidth, className }: HeaderRowProps) {
  return (
    <tr aria-rowindex={1} className={className}>
      {headers.map((header, index) => {
        const column = sortColumnOf(header.id);
        const sorted = sort !== undefined && sort.column === column ? sort : undefined;
        const label = columnLabel(header.id);
        const Arrow = sorted?.descending ? IconArrowDown : IconArrowUp;
        return (
          <th
            key={header.id}
            scope="col"
            aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none'}
            className={cx(css.head, index === 0 && css.first, CELLS[header.id]?.end && css.end)}
          >
            {column ? (
              <button type="button" className={css.sort} onClick={() => onSort(next(sorted, column))}>
                {label}
                {sorted && <Arrow size={12} aria-hidden />}
              </button>
            ) : (
              <span className={css.plain}>{label}</span>
            )}
            <div
              aria-hidden
              className={cx(css.edge, header.column.getIsResizing() && css.dragging)}
              onMouseDown={(event) => onResize(header, widthOf(event.currentTarget), event)}
              onTouchStart={(event) => onResize(header, widthOf(event.currentTarget), event)}
              onDoubleClick={() => onResetWidth(header.id)}
            />
          </th>
        );
      })}
    </tr>
  );
}

function widthOf(edge: HTMLElement): number {
  return Math.round(edge.parentElement?.getBoundingClientRect().width ?? 0);
}

/** Sizes are wanted largest first, everything else from the beginning; the third click ends the sorting. */
function next(sorted: TableAsk['sort'], column: NonNullable<TableAsk['sort']>['column']): TableAsk['sort'] {
  const descendingFirst = column === 'size' || column === 'held';
  if (sorted === undefined) return { column, descending: descendingFirst };
  return sorted.descending === descendingFirst ? { column, descending: !descendingFirst } : undefined;
}

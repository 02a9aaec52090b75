import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useRef,
} from 'react';
import type { RowSort } from '../../shared/table/sort-rows.ts';
import { type TextColumn, tableText } from '../../shared/table/text.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { REACHABLE } from '../parts/reachable.ts';
import css from './data-table.module.css';

/** A column on the page: its value is what is copied and sorted by, `render` how it looks. */
export interface DataColumn<R> extends TextColumn<R> {
  /** Track of the grid: "96px", "minmax(160px, 1fr)". */
  readonly width: string;
  /** Numbers stand at the end. */
  readonly end?: boolean;
  /** Left off the page, in copies only. */
  readonly hidden?: boolean;
  readonly render?: (row: R) => ReactNode;
  /** The first order that a click on the heading gives; no heading to click when absent. */
  readonly sorts?: 'ascending' | 'descending';
}

interface DataTableProps<R> {
  readonly label: string;
  readonly columns: readonly DataColumn<R>[];
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  readonly heightOf?: (row: R) => number;
  readonly selected?: string | undefined;
  /** What the selected row stands for, where another row may come to stand for it: only another choice scrolls. */
  readonly choice?: string | undefined;
  readonly onSelect?: (row: R) => void;
  /** Rows of what is chosen elsewhere. */
  readonly marked?: (row: R) => boolean;
  readonly sort?: RowSort | undefined;
  readonly onSort?: (sort: RowSort) => void;
  /**
   * Rows that open to others (WAI-ARIA treegrid): their level from 1, and whether they are open. A click on what is
   * marked `data-toggle` in a cell opens and closes.
   */
  readonly tree?: {
    readonly levelOf: (row: R) => number;
    readonly openOf: (row: R) => boolean | undefined;
    readonly toggle: (row: R) => void;
  };
  /** The rows in sight, for those that are fetched by pages. */
  readonly onSight?: (rows: readonly R[]) => void;
  readonly maxHeight?: string;
  readonly narrowest?: number;
}

const ROW = 27;

/** Any table of the window: sorted by its headings, walked through by keyboard, drawn as far as it is in sight. */
export function DataTable<R>(props: DataTableProps<R>) {
  const { label, rows, keyOf, selected, onSelect, tree, onSight, heightOf = () => ROW } = props;
  const columns = props.columns.filter((column) => column.hidden !== true);
  const id = useId();
  const scroller = useRef<HTMLTableElement>(null);
  // Another function makes the virtualizer place every row anew: not while the same rows scroll.
  const getItemKey = useCallback(
    (index: number) => {
      const row = rows[index];
      return row === undefined ? index : keyOf(row);
    },
    [rows, keyOf],
  );
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const row = rows[index];
      return row === undefined ? ROW : heightOf(row);
    },
    getItemKey,
    scrollPaddingStart: ROW,
    overscan: 10,
  });
  const items = virtualizer.getVirtualItems();
  const cursor = selected === undefined ? -1 : rows.findIndex((row) => keyOf(row) === selected);
  const inSight = items.map(({ index }) => rows[index]).filter((row) => row !== undefined);

  // The rows are new objects on every render; their keys say whether others came into sight.
  const seen = inSight.map(keyOf).join('\n');
  const tell = useRef(() => {});
  tell.current = () => onSight?.(inSight);
  useEffect(() => {
    if (seen !== '') tell.current();
  }, [seen]);

  // The chosen row comes into sight when it was chosen elsewhere or sorted to another place. Other rows, as of a group
  // that was opened, move nothing.
  const { scrollToIndex } = virtualizer;
  const { choice = selected } = props;
  const shown = useRef<{ choice?: string | undefined; selected?: string | undefined; count: number }>(
    undefined,
  );
  useEffect(() => {
    if (cursor < 0) return;
    const last = shown.current;
    const sorted = last?.selected === selected && last?.count === rows.length;
    if (last?.choice !== choice || sorted) scrollToIndex(cursor);
    shown.current = { choice, selected, count: rows.length };
  }, [cursor, choice, selected, rows.length, scrollToIndex]);

  const move = (to: number) => {
    const row = rows[Math.max(0, Math.min(to, rows.length - 1))];
    if (row === undefined || !onSelect) return;
    onSelect(row);
    virtualizer.scrollToIndex(rows.indexOf(row));
  };

  const act = (event: KeyboardEvent): boolean => {
    const row = rows[cursor];
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 2);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: cursor + 1,
      ArrowUp: cursor - 1,
      PageDown: cursor + page,
      PageUp: cursor - page,
      Home: 0,
      End: rows.length - 1,
    };
    const to = steps[event.key];
    if (to !== undefined && onSelect) {
      move(to);
      return true;
    }
    if (event.key === 'c' && (event.ctrlKey || event.metaKey)) {
      void navigator.clipboard.writeText(tableText(props.columns, row ? [row] : rows, 'tsv'));
      return true;
    }
    if (row === undefined || !tree) return false;
    const open = tree.openOf(row);
    if (event.key === 'Enter' && open !== undefined) tree.toggle(row);
    else if (event.key === 'ArrowRight' && open === false) tree.toggle(row);
    else if (event.key === 'ArrowLeft' && open === true) tree.toggle(row);
    else if (event.key === 'ArrowLeft')
      move(rows.findLastIndex((r, i) => i < cursor && tree.levelOf(r) === 1));
    else return false;
    return true;
  };

  const interactive = onSelect && {
    role: tree ? 'treegrid' : 'grid',
    ...(cursor >= 0 && { 'aria-activedescendant': `${id}-${cursor}` }),
  };
  return (
    <table
      ref={scroller}
      {...interactive}
      {...REACHABLE}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      className={css.scroller}
      style={tracks(columns, props)}
      onKeyDown={(event) => event.target === event.currentTarget && act(event) && event.preventDefault()}
    >
      <thead className={css.head}>
        <tr aria-rowindex={1} className={css.row}>
          {columns.map((column, place) => (
            <Heading
              key={column.heading}
              column={column}
              first={place === 0}
              sort={props.sort}
              onSort={props.onSort}
            />
          ))}
        </tr>
      </thead>
      <tbody className={css.canvas} style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start, size }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const open = tree?.openOf(row);
          return (
            <tr
              key={keyOf(row)}
              id={`${id}-${index}`}
              aria-rowindex={index + 2}
              aria-selected={onSelect && index === cursor}
              aria-level={tree?.levelOf(row)}
              aria-expanded={open}
              className={cx(
                css.row,
                css.body,
                onSelect && css.selectable,
                index === cursor && css.selected,
                props.marked?.(row) && css.marked,
              )}
              style={{ height: size, transform: `translateY(${start}px)` }}
              onClick={(event) => {
                onSelect?.(row);
                if (event.target instanceof Element && event.target.closest('[data-toggle]'))
                  tree?.toggle(row);
              }}
              onDoubleClick={() => open !== undefined && tree?.toggle(row)}
            >
              {columns.map((column, place) => {
                const content = column.render?.(row) ?? String(column.value(row) ?? '');
                return place === 0 ? (
                  <th key={column.heading} scope="row" className={cx(css.cell, css.first)}>
                    {content}
                  </th>
                ) : (
                  <td key={column.heading} className={cx(css.cell, column.end && css.end)}>
                    {content}
                  </td>
                );
              })}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

interface HeadingProps<R> {
  readonly column: DataColumn<R>;
  readonly first: boolean;
  readonly sort: RowSort | undefined;
  readonly onSort: ((sort: RowSort) => void) | undefined;
}

function Heading<R>({ column, first, sort, onSort }: HeadingProps<R>) {
  const { heading, sorts, end } = column;
  if (sorts === undefined || onSort === undefined)
    return (
      <th scope="col" className={cx(css.cell, first && css.first, end && css.end)}>
        {t(heading)}
      </th>
    );
  const sorted = sort?.heading === heading ? sort : undefined;
  const Arrow = sorted?.descending ? IconArrowDown : IconArrowUp;
  const descending = sorted ? !sorted.descending : sorts === 'descending';
  return (
    <th
      scope="col"
      aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none'}
      className={cx(css.cell, first && css.first, end && css.end)}
    >
      <button type="button" className={css.sort} onClick={() => onSort({ heading, descending })}>
        {t(heading)}
        {sorted && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  );
}

function tracks<R>(
  columns: readonly DataColumn<R>[],
  { maxHeight, narrowest = 0 }: Pick<DataTableProps<R>, 'maxHeight' | 'narrowest'>,
): CSSProperties {
  return {
    maxHeight,
    ['--columns' as string]: columns.map(({ width }) => width).join(' '),
    ['--narrowest' as string]: `${narrowest}px`,
  };
}

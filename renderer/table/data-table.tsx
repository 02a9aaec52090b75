import { useElementSize, useMergedRef } from '@mantine/hooks';
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
import { cx } from '../parts/cx.ts';
import { REACHABLE } from '../parts/reachable.ts';
import { Heading } from './data-heading.tsx';
import css from './data-table.module.css';
import { howOf, pressRowKey, type SelectHow } from './row-keys.ts';
import type { RowSelection } from './use-row-selection.ts';

/** A column on the page: its value is what is copied and sorted by, `render` how it looks. */
export interface DataColumn<R> extends TextColumn<R> {
  /** Track of the grid: "96px", "minmax(160px, 1fr)". */
  readonly width: string;
  /** Numbers stand at the end. */
  readonly end?: boolean;
  /** Left off the page, in copies only. */
  readonly hidden?: boolean;
  /** Width of the table from which on it is shown, in CSS pixels: what is of least use gives way to the names. */
  readonly from?: number;
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
  /** Absent where no row can be chosen. */
  readonly selection?: RowSelection<R>;
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
  const { label, rows, keyOf, selection, tree, onSight, heightOf = () => ROW } = props;
  const sized = useElementSize<HTMLTableElement>();
  // Not laid out yet, it has room for all.
  const room = sized.width || Number.POSITIVE_INFINITY;
  const columns = props.columns.filter(({ hidden, from = 0 }) => hidden !== true && room >= from);
  const id = useId();
  const scroller = useRef<HTMLTableElement>(null);
  const table = useMergedRef(scroller, sized.ref);
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
  const cursor = selection?.cursor ?? -1;
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
  const { at: selected, subject: choice } = selection ?? {};
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

  const move = (to: number, how: SelectHow) => {
    const index = Math.max(0, Math.min(to, rows.length - 1));
    selection?.move(index, how);
    if (rows.length > 0) virtualizer.scrollToIndex(index);
  };
  const copy = () => {
    const row = rows[cursor];
    const chosen = selection?.several.length ? selection.several : row ? [row] : rows;
    void navigator.clipboard.writeText(tableText(props.columns, chosen, 'tsv'));
  };
  const pageRows = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 2);

  const act = (event: KeyboardEvent): boolean => {
    if (!selection) {
      const copies = event.key === 'c' && (event.ctrlKey || event.metaKey);
      if (copies) copy();
      return copies;
    }
    const { selectAll, clear } = selection;
    if (pressRowKey(event, { cursor, count: rows.length, pageRows, move, selectAll, clear, copy }))
      return true;
    const row = rows[cursor];
    if (row === undefined || !tree) return false;
    const open = tree.openOf(row);
    if (event.key === 'Enter' && open !== undefined) tree.toggle(row);
    else if (event.key === 'ArrowRight' && open === false) tree.toggle(row);
    else if (event.key === 'ArrowLeft' && open === true) tree.toggle(row);
    else if (event.key === 'ArrowLeft')
      move(
        rows.findLastIndex((r, i) => i < cursor && tree.levelOf(r) === 1),
        'alone',
      );
    else return false;
    return true;
  };

  const interactive = selection && {
    role: tree ? 'treegrid' : 'grid',
    'aria-multiselectable': true,
    ...(cursor >= 0 && { 'aria-activedescendant': `${id}-${cursor}` }),
  };
  return (
    <table
      ref={table}
      {...interactive}
      {...REACHABLE}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      className={css.scroller}
      style={tracks(columns, props)}
      onMouseDown={(event) => {
        if (!event.shiftKey || !selection) return;
        // A range of rows is meant, not of their text.
        event.preventDefault();
        scroller.current?.focus();
      }}
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
              aria-selected={selection?.has(row)}
              aria-level={tree?.levelOf(row)}
              aria-expanded={open}
              className={cx(
                css.row,
                css.body,
                selection && css.selectable,
                selection?.has(row) && css.selected,
                index === cursor && css.cursor,
                props.marked?.(row) && css.marked,
              )}
              style={{ height: size, transform: `translateY(${start}px)` }}
              onClick={(event) => {
                selection?.move(index, howOf(event));
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

import { useMediaQuery } from '@mantine/hooks';
import { functionalUpdate, useTable } from '@tanstack/react-table';
import {
  type CSSProperties,
  type MouseEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
} from 'react';
import { flushSync } from 'react-dom';
import type { TensorRow } from '../../shared/checkpoint.ts';
import { t } from '../language/t.ts';
import { Coming } from '../parts/coming.tsx';
import { cx } from '../parts/cx.ts';
import { useLate } from '../parts/use-late.ts';
import { useApp, useAppStore } from '../store/app-store.ts';
import { useWorkspace } from '../store/workspace.ts';
import { COLUMN_IDS, columnsFor, features, HIDDEN_AT_FIRST } from './columns.tsx';
import { HeaderRow } from './header-row.tsx';
import { howOf } from './row-keys.ts';
import scroll from './scroll.module.css';
import css from './table.module.css';
import { TensorRowView } from './tensor-row.tsx';
import { useRowWindow } from './use-row-window.ts';
import { useTableKeys } from './use-table-keys.ts';

/** Height of a row and of the header, in CSS pixels: `--row` in `tokens.css`. */
const ROW = 27;
/** A table that is walked through by keyboard, groups opening and closing (WAI-ARIA APG, treegrid pattern). */
const TREEGRID = { role: 'treegrid', tabIndex: 0, 'aria-multiselectable': true } as const;
/** Beyond this a name's numbers are too far away to be read with it, in CSS pixels. */
const WIDEST_NAME = 760;
/** Widths of a window with both panels and little between them. */
const TIGHT = '(min-width: 1024px) and (max-width: 1199.98px)';
/** Rows come from the engine page by page; the table library arranges the columns. */
const NO_DATA: TensorRow[] = [];

/** The tensors of the checkpoint, as a tree of their names or flat: any number of rows. */
export function TensorTable({ onEnter }: { readonly onEnter: () => void }) {
  const store = useAppStore();
  const scroller = useRef<HTMLTableElement>(null);
  const rows = useApp((state) => state.rows);
  const ask = useApp((state) => state.ask);
  const tableState = useApp((state) => state.tableState);
  const selected = useApp((state) => state.selected);
  const cursor = useApp((state) => state.cursor);
  const reset = useApp((state) => state.scrollReset);
  const { arrangement, table } = useColumns();
  const id = useId();
  const window = useRowWindow({ scroller, count: rows.totalRows, rowHeight: ROW, headerHeight: ROW, reset });
  const onKeyDown = useTableKeys({ window, onEnter });

  const first = window.items[0]?.index ?? 0;
  const last = window.items.at(-1)?.index ?? 60;
  useEffect(() => store.getState().needRows(first, last), [store, first, last]);

  const { reveal } = window;
  const latestReveal = useRef(reveal);
  latestReveal.current = reveal;
  const chosen = useApp((state) => state.detailName);
  const known = rows.totalRows > 0;
  useEffect(() => {
    if (!known || chosen === undefined) return;
    void store
      .getState()
      .seekSelected()
      .then((row) => row !== undefined && latestReveal.current(row));
  }, [store, chosen, known]);

  const late = useLate(window.items.some((item) => store.getState().rowAt(item.index) === undefined));
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const ids = headers.slice(1).map((header) => header.id);
  const idKey = ids.join(' ');
  const shownColumns = useStable(ids, idKey);

  const onMouseDown = (event: MouseEvent) => {
    const index = event.button === 0 ? rowIndexOf(event.target) : undefined;
    if (index === undefined) return;
    const { rowAt, toggleGroup, moveCursor } = store.getState();
    const row = rowAt(index);
    moveCursor(index, howOf(event));
    if (row?.type === 'group' && !event.shiftKey) toggleGroup(row.name);
  };

  const onDoubleClick = (event: MouseEvent) => {
    const index = rowIndexOf(event.target);
    const { rowAt, showView } = store.getState();
    if (index !== undefined && rowAt(index)?.type === 'tensor') showView('values');
  };

  // Widths can change without a scroll event: another column, another window.
  const markScrolled = () =>
    scroller.current?.classList.toggle(cx(css.scrolled), scroller.current.scrollLeft > 0);
  useLayoutEffect(() => void markScrolled());

  const tree = ask.view === 'tree';
  const cursorDrawn = rows.totalRows > 0 && window.items.some((item) => item.index === cursor);
  const empty = tableState === 'ready' && rows.totalRows === 0;
  return (
    <div className={scroll.place}>
      <table
        ref={scroller}
        {...TREEGRID}
        {...(cursorDrawn && { 'aria-activedescendant': `${id}-${cursor}` })}
        aria-label={t('Tensors')}
        aria-rowcount={rows.totalRows + 1}
        aria-colcount={headers.length}
        aria-busy={tableState === 'loading'}
        className={cx(scroll.scroller, css.scroller)}
        style={layout(headers, arrangement.sizing)}
        onKeyDown={onKeyDown}
        onMouseDown={onMouseDown}
        onDoubleClick={onDoubleClick}
        onScroll={markScrolled}
      >
        <thead>
          <HeaderRow
            headers={headers}
            sort={ask.sort}
            onSort={(sort) => store.getState().setSort(sort)}
            onResize={(header, width, event) => {
              flushSync(() => table.setColumnSizing((sizing) => ({ ...sizing, [header.id]: width })));
              header.getResizeHandler()(event);
            }}
            onResetWidth={(id) => table.setColumnSizing(({ [id]: _, ...others }) => others)}
            className={cx(css.header)}
          />
        </thead>
        {/* Gives the scroll bar its length; the rows lie over it. */}
        <tbody className={scroll.canvas} style={{ height: window.canvas.height }} aria-hidden />
        <tbody className={scroll.body} style={{ transform: `translateY(${window.shift}px)` }}>
          {window.items.map((item) => {
            const row = store.getState().rowAt(item.index);
            return (
              <TensorRowView
                key={item.key}
                table={id}
                row={row}
                index={item.index}
                top={item.start - window.base}
                columns={shownColumns}
                selected={row?.type === 'tensor' && selected.has(row.name)}
                cursor={item.index === cursor}
                tree={tree}
                late={late}
              />
            );
          })}
        </tbody>
      </table>
      {rows.totalRows === 0 && tableState !== 'ready' && <Coming className={css.empty} />}
      {empty && (
        <p className={css.empty}>
          {rows.tensorCount === 0
            ? t('There are no tensors here.')
            : t('None of the {{count}} tensors matches the filter.', { count: rows.tensorCount })}
        </p>
      )}
    </div>
  );
}

/** The row under the pointer, by the index that it tells screen readers (1 is the header). */
function rowIndexOf(target: EventTarget): number | undefined {
  const row = target instanceof Element ? target.closest('tbody tr') : null;
  const shown = Number(row?.getAttribute('aria-rowindex'));
  return shown >= 2 ? shown - 2 : undefined;
}

/** Keeps the first list for a key: equal lists are one list. */
function useStable<T>(value: T, key: string): T {
  const kept = useRef({ key, value });
  if (kept.current.key !== key) kept.current = { key, value };
  return kept.current.value;
}

/** The column state lives in the settings, where it is remembered. */
export function useColumns() {
  const arrangement = useWorkspace((state) => state.columns);
  const arrange = useWorkspace((state) => state.arrangeColumns);
  const dtypeLetters = useApp(({ checkpoint }) =>
    Math.max(0, ...(checkpoint?.dtypes ?? []).map(({ dtype }) => dtype.length)),
  );
  const columns = useMemo(() => columnsFor(dtypeLetters), [dtypeLetters]);
  const columnSizing = { ...arrangement.sizing };
  // Where nothing is split it says nothing; between two panels names need the room, and the right one says it.
  const whole = useApp(({ checkpoint }) => (checkpoint?.ranks.length ?? 0) <= 1);
  const tight = useMediaQuery(TIGHT, false, { getInitialValueInEffect: false });
  const columnVisibility = {
    ...HIDDEN_AT_FIRST,
    ...((whole || tight) && { held: false }),
    ...arrangement.visibility,
  };
  const columnOrder = [...arrangement.order, ...COLUMN_IDS.filter((id) => !arrangement.order.includes(id))];
  const table = useTable({
    features,
    columns,
    data: NO_DATA,
    columnResizeMode: 'onChange',
    state: { columnSizing, columnVisibility, columnOrder },
    onColumnSizingChange: (next) => arrange({ sizing: functionalUpdate(next, columnSizing) }),
    onColumnVisibilityChange: (next) => arrange({ visibility: functionalUpdate(next, columnVisibility) }),
    onColumnOrderChange: (next) => arrange({ order: functionalUpdate(next, columnOrder) }),
  });
  return { arrangement, table };
}

/** The name takes what is left until its width was set by hand; then nothing does. */
function layout(
  headers: readonly { readonly id: string; getSize(): number }[],
  sizing: Readonly<Record<string, number>>,
): CSSProperties {
  const tracks = headers.map((header, index) =>
    index === 0 && sizing[header.id] === undefined
      ? `minmax(${header.getSize()}px, ${WIDEST_NAME}px)`
      : `${header.getSize()}px`,
  );
  const width = headers.reduce((sum, header) => sum + header.getSize(), 0);
  return { ['--columns' as string]: tracks.join(' '), ['--width' as string]: `${width}px` };
}

import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type MouseEvent, useEffect, useRef, useState } from 'react';
import { cellSlice, cellState } from '../../../shared/ranks/cells.ts';
import { formatBytes, formatCount } from '../../../shared/text/units.ts';
import { cx } from '../../parts/cx.ts';
import { useApp, useAppStore } from '../../store/app-store.ts';
import scroll from '../../table/scroll.module.css';
import { useRowWindow } from '../../table/use-row-window.ts';
import { COLUMN, cellId, MatrixRow } from './matrix-row.tsx';
import css from './ranks.module.css';
import { useDiffering } from './use-differing.ts';
import { useMatrixKeys } from './use-matrix-keys.ts';

/** Heights of a row and of the header, in CSS pixels. */
const ROW = 27;
const HEADER = 44;
/** Of the names: they get what the ranks leave, within bounds. */
const NAME = { least: 150, usual: 264, most: 440 };
/** A grid that is walked through cell by cell (WAI-ARIA APG, grid pattern). */
const GRID = { role: 'grid', tabIndex: 0, 'aria-multiselectable': true } as const;

/** Tensors against ranks: any number of both, only what is in sight is drawn. */
export function Matrix({ onEnter }: { readonly onEnter: () => void }) {
  const store = useAppStore();
  const scroller = useRef<HTMLTableElement>(null);
  const matrix = useApp((state) => state.matrix);
  const { filter, sort } = useApp((state) => state.ask);
  const reset = useApp((state) => state.scrollReset);
  const checkpoint = useApp((state) => state.checkpoint);
  const cursor = useApp((state) => state.matrixCursor);
  const chosen = useApp((state) => state.chosenRanks);
  const explained = useApp((state) => state.detail?.name);
  const litSlice = useApp((state) => state.litSlice);
  const [focused, setFocused] = useState(false);
  const [pointed, setPointed] = useState<{ row: number; column: number }>();
  const differing = useDiffering();
  const { totalRows, totalRanks } = matrix;
  const rows = useRowWindow({ scroller, count: totalRows, rowHeight: ROW, headerHeight: HEADER });
  const nameWidth = nameWidthIn(scroller.current?.clientWidth ?? 1000, totalRanks);
  const columns = useVirtualizer<HTMLElement, HTMLElement>({
    horizontal: true,
    count: totalRanks,
    getScrollElement: () => scroller.current,
    estimateSize: () => COLUMN,
    paddingStart: nameWidth,
    scrollPaddingStart: nameWidth,
    overscan: 2,
  });
  const shown = columns.getVirtualItems();
  const [firstColumn, endColumn] = [shown[0]?.index ?? 0, (shown.at(-1)?.index ?? 15) + 1];
  const firstRow = rows.items[0]?.index ?? 0;
  const endRow = (rows.items.at(-1)?.index ?? 59) + 1;
  const id = checkpoint?.id;
  useEffect(() => {
    if (id === undefined) return;
    store
      .getState()
      .needMatrix(
        { checkpoint: id, filter, sort },
        { rows: [firstRow, endRow], columns: [firstColumn, endColumn] },
      );
  }, [store, id, filter, sort, firstRow, endRow, firstColumn, endColumn]);
  const { toTop } = rows;
  useEffect(() => {
    if (reset > 0) toTop();
  }, [reset, toTop]);

  const onKeyDown = useMatrixKeys({
    reveal: (row, column) => {
      rows.reveal(row);
      columns.scrollToIndex(column);
    },
    pageRows: rows.pageRows,
    pageColumns: () => Math.max(1, endColumn - firstColumn - 4),
    onEnter,
  });

  const { rankCell, matrixRow, rankColumn } = store.getState();
  const pointedLit = litCell(pointed, rankCell);
  const cursorLit = litCell(focused ? cursor : undefined, rankCell);
  /** What is under the pointer, here or where else the tensor is drawn, before what the cursor is on. */
  const litIn = (index: number): number | undefined => {
    if (pointedLit?.row === index) return pointedLit.slice;
    if (litSlice !== undefined && matrixRow(index)?.name === explained) return litSlice;
    return cursorLit?.row === index ? cursorLit.slice : undefined;
  };
  const style = {
    '--name': `${nameWidth}px`,
    '--width': `${nameWidth + totalRanks * COLUMN + 10}px`,
  } as CSSProperties;
  const drawn =
    rows.items.some(({ index }) => index === cursor.row) &&
    cursor.column >= firstColumn &&
    cursor.column < endColumn;

  /** Lights the slice in its row, and in the side panel where that explains the same tensor. */
  const point = (at: typeof pointed) => {
    setPointed(at);
    const slice = litCell(at, rankCell)?.slice;
    const same = at !== undefined && matrixRow(at.row)?.name === store.getState().detail?.name;
    store.getState().lightSlice(same ? slice : undefined, at && rankColumn(at.column)?.rank);
  };

  const onMouseDown = (event: MouseEvent) => {
    const at = cellUnder(event.target);
    if (event.button !== 0 || at === undefined) return;
    const state = store.getState();
    const [from, to] = [rankColumn(state.matrixCursor.column)?.rank, rankColumn(at.column)?.rank];
    if (event.shiftKey && from !== undefined && to !== undefined && from !== to)
      state.chooseRanks([from, to]);
    state.moveMatrixCursor(at.row, at.column);
  };

  return (
    <div className={scroll.place}>
      <table
        ref={scroller}
        {...GRID}
        {...(drawn && { 'aria-activedescendant': cellId(cursor.row, cursor.column) })}
        aria-label="Slices of each rank"
        aria-rowcount={totalRows + 1}
        aria-colcount={totalRanks + 1}
        className={cx(scroll.scroller, css.scroller)}
        style={style}
        onKeyDown={onKeyDown}
        onMouseDown={onMouseDown}
        onMouseOver={(event) => point(cellUnder(event.target))}
        onMouseLeave={() => point(undefined)}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
      >
        <thead>
          <tr aria-rowindex={1} className={css.header}>
            <th scope="col" className={css.corner}>
              Tensor
            </th>
            {shown.map(({ index }) => {
              const column = rankColumn(index);
              const isChosen = column !== undefined && chosen.includes(column.rank);
              return (
                <th
                  key={index}
                  scope="col"
                  aria-colindex={index + 2}
                  aria-selected={isChosen}
                  className={cx(css.rank, isChosen && css.chosen, index === cursor.column && css.current)}
                  style={{ insetInlineStart: `calc(var(--name) + ${index * COLUMN}px)` }}
                >
                  {column && (
                    <button
                      type="button"
                      tabIndex={-1}
                      aria-pressed={isChosen}
                      title={`Rank ${column.rank}: ${formatBytes(column.bytes)} (${formatCount(column.bytes)} bytes), stage ${column.stage}. Choose two ranks to compare them.`}
                      onClick={() => store.getState().chooseRank(column.rank)}
                    >
                      <span>rank {column.rank}</span>
                      <span className={css.bytes}>{formatBytes(column.bytes)}</span>
                    </button>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        {/* Gives the scroll bars their lengths; the rows lie over it. */}
        <tbody className={css.canvas} style={{ height: rows.canvas.height }} aria-hidden />
        <tbody className={css.body} style={{ transform: `translateY(${rows.shift}px)` }}>
          {rows.items.map((item) => {
            const row = matrixRow(item.index);
            return (
              <MatrixRow
                key={item.key}
                row={row}
                index={item.index}
                top={item.start - rows.base}
                firstColumn={firstColumn}
                codes={shown.map(({ index }) => rankCell(item.index, index))}
                lit={litIn(item.index)}
                cursor={item.index === cursor.row ? cursor.column : undefined}
                differing={
                  row
                    ? differing(
                        row.name,
                        shown.map(({ index }) => index),
                        rankColumn,
                      )
                    : NONE
                }
                removed={checkpoint?.redundancy.state === 'removed'}
              />
            );
          })}
        </tbody>
      </table>
      {totalRows === 0 && matrix.blocks.size > 0 && (
        <p className={css.empty}>None of the tensors matches the filter.</p>
      )}
    </div>
  );
}

const NONE: readonly number[] = [];

function nameWidthIn(width: number, ranks: number): number {
  if (width < 640) return NAME.least;
  return Math.max(NAME.usual, Math.min(NAME.most, width - ranks * COLUMN - 12));
}

/** The slice of a cell: all cells of its row that hold it are lit. */
function litCell(
  at: { readonly row: number; readonly column: number } | undefined,
  rankCell: (row: number, column: number) => number | undefined,
): { row: number; slice: number } | undefined {
  if (at === undefined) return undefined;
  const code = rankCell(at.row, at.column);
  return code !== undefined && cellState(code) === 'held'
    ? { row: at.row, slice: cellSlice(code) }
    : undefined;
}

/** The cell under the pointer, by the indices that it tells. */
function cellUnder(target: EventTarget): { row: number; column: number } | undefined {
  const cell = target instanceof Element ? target.closest('td') : null;
  const row = Number(cell?.parentElement?.getAttribute('aria-rowindex'));
  const column = Number(cell?.getAttribute('aria-colindex'));
  return row >= 2 && column >= 2 ? { row: row - 2, column: column - 2 } : undefined;
}

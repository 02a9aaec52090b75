import { type CSSProperties, type MouseEvent, useCallback, useEffect, useRef, useState } from 'react';
import { cellSlice, cellState } from '../../../shared/ranks/cells.ts';
import { t } from '../../language/t.ts';
import { Coming } from '../../parts/coming.tsx';
import { cx } from '../../parts/cx.ts';
import { useInStage } from '../../parts/stage-button.tsx';
import { useApp, useAppStore } from '../../store/app-store.ts';
import { keepsStage } from '../../store/stage.ts';
import { type CellAt, CellPicture } from '../../table/cell-picture.tsx';
import type { RowLook } from '../../table/draw-cells.ts';
import scroll from '../../table/scroll.module.css';
import { useGridWindow } from '../../table/use-grid-window.ts';
import { type Cell, cellLook, cellWords } from './cell-look.ts';
import { COLUMN, HEADER, nameWidthIn, ROW, STAGES } from './geometry.ts';
import { CursorCells, cellId, MatrixRow } from './matrix-row.tsx';
import { RankHeading } from './rank-heading.tsx';
import css from './ranks.module.css';
import { StageHeadings, StageStrip, stagesOf } from './stage-headings.tsx';
import { useDiffering } from './use-differing.ts';
import { useMatrixKeys } from './use-matrix-keys.ts';
import { useSharedPlace } from './use-shared-place.ts';

/** A grid that is walked through cell by cell (WAI-ARIA APG, grid pattern). */
const GRID = { role: 'grid', tabIndex: 0, 'aria-multiselectable': true } as const;

/** Tensors against ranks: any number of both, only what is in sight is drawn. */
export function Matrix({ onEnter }: { readonly onEnter: () => void }) {
  const store = useAppStore();
  const scroller = useRef<HTMLTableElement>(null);
  const matrix = useApp((state) => state.matrix);
  const fault = useApp((state) => state.matrixFault);
  const { filter, sort } = useApp((state) => state.ask);
  const reset = useApp((state) => state.scrollReset);
  const checkpoint = useApp((state) => state.checkpoint);
  const cursor = useApp((state) => state.matrixCursor);
  const chosen = useApp((state) => state.chosenRanks);
  const explained = useApp((state) => state.detail?.name);
  const inStage = useInStage();
  const litSlice = useApp((state) => state.litSlice);
  const only = useApp(({ ask, stage }) => (keepsStage(ask.filter, stage) ? stage : undefined));
  const [focused, setFocused] = useState(false);
  const [pointed, setPointed] = useState<CellAt>();
  const differing = useDiffering();
  const { totalRows, totalRanks } = matrix;
  const staged = (checkpoint?.strategy?.stageCount ?? 1) > 1;
  const headers = staged ? 2 : 1;
  const headerHeight = staged ? STAGES + HEADER : HEADER;
  const nameWidth = nameWidthIn(scroller.current?.clientWidth ?? 1000, totalRanks);
  const { rows, columns, reveal, pageColumns } = useGridWindow({
    scroller,
    rows: { count: totalRows, height: ROW },
    columns: { count: totalRanks, width: COLUMN },
    headerHeight,
    nameWidth,
    reset,
  });
  const [firstColumn, endColumn] = [columns[0] ?? 0, (columns.at(-1) ?? 15) + 1];
  const [firstRow, endRow] = [rows.items[0]?.index ?? 0, (rows.items.at(-1)?.index ?? 59) + 1];
  const id = checkpoint?.id;
  useEffect(() => {
    if (id === undefined) return;
    store
      .getState()
      .needMatrix(
        { checkpoint: id, filter, sort, stage: only },
        { rows: [firstRow, endRow], columns: [firstColumn, endColumn] },
      );
  }, [store, id, filter, sort, only, firstRow, endRow, firstColumn, endColumn]);

  useSharedPlace(reveal);
  const onKeyDown = useMatrixKeys({ reveal, pageRows: rows.pageRows, pageColumns, onEnter });

  const { rankCell, matrixRow, rankColumn, chooseRank, moveMatrixCursor } = store.getState();
  const moveToRow = useCallback(
    (row: number) => moveMatrixCursor(row, store.getState().matrixCursor.column),
    [store, moveMatrixCursor],
  );
  const stages = staged ? stagesOf(columns, rankColumn) : [];
  const removed = checkpoint?.redundancy.state === 'removed';
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
    '--header': `${headerHeight}px`,
    '--width': `${nameWidth + totalRanks * COLUMN + 10}px`,
  } as CSSProperties;
  const drawn =
    rows.items.some(({ index }) => index === cursor.row) &&
    cursor.column >= firstColumn &&
    cursor.column < endColumn;

  /** The cells of a row, by column. */
  const cellsOf = (index: number) => {
    const row = matrixRow(index);
    const differs = row && differing(row.name);
    return (column: number): Cell | undefined => {
      const code = rankCell(index, column);
      if (row === undefined || code === undefined) return undefined;
      return { code, row, differs: differs !== undefined && rankColumn(column)?.rank === differs, removed };
    };
  };
  const look = (index: number): RowLook => {
    const cells = cellsOf(index);
    const lit = litIn(index);
    return (column, palette) => {
      const cell = cells(column);
      return cell && cellLook(cell, cellSlice(cell.code) === lit, palette);
    };
  };
  const wordsAt = (row: number, column: number) => {
    const cell = cellsOf(row)(column);
    return cell && cellWords(cell);
  };

  /** Lights the slice in its row, and in the side panel where that explains the same tensor. */
  const point = (at: CellAt | undefined) => {
    setPointed(at);
    const slice = litCell(at, rankCell)?.slice;
    const same = at !== undefined && matrixRow(at.row)?.name === store.getState().detail?.name;
    store.getState().lightSlice(same ? slice : undefined, at && rankColumn(at.column)?.rank);
  };

  const press = (at: CellAt, event: MouseEvent) => {
    if (event.button !== 0) return;
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
        aria-label={t('Slices of each rank')}
        aria-rowcount={totalRows + headers}
        aria-colcount={totalRanks + 1}
        className={cx(scroll.scroller, css.scroller)}
        style={style}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
      >
        <thead>
          {staged && <StageHeadings spans={stages} />}
          <tr aria-rowindex={headers} className={css.header}>
            <th scope="col" className={css.corner}>
              {t('Tensor')}
            </th>
            {columns.map((index) => {
              const column = rankColumn(index);
              return (
                <RankHeading
                  key={index}
                  column={column}
                  index={index}
                  chosen={column !== undefined && chosen.includes(column.rank)}
                  current={index === cursor.column}
                  marked={inStage(column?.rank)}
                  onChoose={chooseRank}
                />
              );
            })}
          </tr>
        </thead>
        {/* Gives the scroll bars their lengths; the names lie over it. */}
        <tbody className={css.canvas} style={{ height: rows.canvas.height }} aria-hidden>
          <tr>
            <td>
              <StageStrip spans={stages} nameWidth={nameWidth} />
              <CellPicture
                firstRow={rows.sight[0]}
                endRow={rows.sight[1]}
                {...{ firstColumn, endColumn: Math.min(endColumn, totalRanks) }}
                {...{ rowHeight: ROW, columnWidth: COLUMN }}
                left={nameWidth + firstColumn * COLUMN}
                top={rows.shift + rows.sight[0] * ROW - rows.base}
                look={look}
                title={pointed && wordsAt(pointed.row, pointed.column)}
                onPoint={point}
                onPress={press}
              />
            </td>
          </tr>
        </tbody>
        <tbody className={css.body} style={{ transform: `translateY(${rows.shift}px)` }}>
          {rows.items.map(({ key, index, start }) => (
            <MatrixRow
              key={key}
              row={matrixRow(index)}
              index={index}
              place={index + headers + 1}
              top={start - rows.base}
              current={index === cursor.row}
              onPress={moveToRow}
            >
              {index === cursor.row && (
                <CursorCells
                  row={index}
                  cursor={cursor.column}
                  columns={columns}
                  words={(column) => wordsAt(index, column)}
                />
              )}
            </MatrixRow>
          ))}
        </tbody>
      </table>
      {matrix.blocks.size === 0 && !fault && <Coming className={css.empty} />}
      {totalRows === 0 && matrix.blocks.size > 0 && (
        <p className={css.empty}>{t('None of the tensors matches the filter.')}</p>
      )}
    </div>
  );
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

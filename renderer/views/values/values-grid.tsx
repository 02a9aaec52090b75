import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import type { Dtype } from '../../../shared/dtype.ts';
import { formatValue } from '../../../shared/values/format.ts';
import type { JsonValue } from '../../../shared/values/json-values.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { typographic } from '../../parts/typographic.ts';
import { useBlocks } from './use-blocks.ts';
import { useCellWindow } from './use-cell-window.ts';
import { indexOf, type Part } from './use-part.ts';
import css from './values-grid.module.css';

const ROW = 26;
const HEAD_HEIGHT = 26;
const HEAD_WIDTH = 84;

/** The grid has the focus and names its active cell (WAI-ARIA APG, grid pattern). */
const GRID = { role: 'grid', tabIndex: 0 } as const;
const cellState = (selected: boolean) => ({ role: 'gridcell', 'aria-selected': selected }) as const;

export interface Cell {
  readonly row: number;
  readonly column: number;
}

interface ValuesGridProps {
  readonly part: Part;
  readonly cursor: Cell;
  readonly onCursor: (cell: Cell) => void;
}

/** Values of a matrix of any size, with a cursor; only what is in sight exists. */
export function ValuesGrid({ part, cursor, onCursor }: ValuesGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const width = columnWidth(part.dtype);
  const window = useCellWindow({
    scroller,
    rows: part.rows,
    columns: part.columns,
    rowHeight: ROW,
    columnWidth: width,
    headHeight: HEAD_HEIGHT,
    headWidth: HEAD_WIDTH,
  });
  const { valueAt, fault } = useBlocks(part, window);
  const reveal = useRef(window.reveal);
  reveal.current = window.reveal;
  useEffect(() => reveal.current(cursor.row, cursor.column), [cursor]);

  const move = (row: number, column: number) =>
    onCursor({
      row: Math.max(0, Math.min(part.rows - 1, row)),
      column: Math.max(0, Math.min(part.columns - 1, column)),
    });

  const onKeyDown = (event: KeyboardEvent) => {
    const { row, column } = cursor;
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key === 'c') return void copy(valueAt(row, column), part.dtype);
    const to = KEYS[event.key]?.(row, column, { part, page: window.pageRows, control });
    if (to === undefined) return;
    event.preventDefault();
    move(...to);
  };

  const rows = range(window.rows);
  const columns = range(window.columns);
  const columnAxis = part.selection.axes[1];
  const rowAxis = part.selection.axes[0];
  const first = { row: firstIndex(part, rowAxis), column: firstIndex(part, columnAxis) };
  const value = valueAt(cursor.row, cursor.column);
  const shown = rows.includes(cursor.row) && columns.includes(cursor.column);
  return (
    <>
      {fault && <FaultNote fault={fault} alert />}
      <div ref={scroller} className={css.scroller}>
        <div style={{ width: window.width, height: window.height }}>
          <table
            className={css.sight}
            style={{ width: window.sightWidth, height: window.sightHeight }}
            aria-label={t('Values')}
            aria-rowcount={part.rows + 1}
            aria-colcount={part.columns + 1}
            onKeyDown={onKeyDown}
            {...GRID}
            {...(shown && { 'aria-activedescendant': `${id}-${cursor.row}-${cursor.column}` })}
          >
            <thead>
              <tr aria-rowindex={1} className={css.head} style={{ height: HEAD_HEIGHT }}>
                <th scope="col" aria-colindex={1} className={css.corner} style={{ width: HEAD_WIDTH }}>
                  {axisWords(rowAxis, columnAxis)}
                </th>
                {columns.map((column, i) => (
                  <th
                    key={column}
                    scope="col"
                    aria-colindex={column + 2}
                    className={css.column}
                    style={{ width, left: HEAD_WIDTH + i * width - window.cutLeft }}
                  >
                    {columnAxis === undefined ? t('value') : first.column + column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, i) => (
                <tr
                  key={row}
                  aria-rowindex={row + 2}
                  className={css.row}
                  style={{ top: HEAD_HEIGHT + i * ROW - window.cutTop, height: ROW }}
                >
                  <th scope="row" aria-colindex={1} className={css.rowHead} style={{ width: HEAD_WIDTH }}>
                    {rowAxis === undefined ? t('value') : first.row + row}
                  </th>
                  {columns.map((column, j) => (
                    <td
                      key={column}
                      id={`${id}-${row}-${column}`}
                      aria-colindex={column + 2}
                      className={cx(css.cell, tone(valueAt(row, column)))}
                      style={{ width, left: HEAD_WIDTH + j * width - window.cutLeft }}
                      {...cellState(row === cursor.row && column === cursor.column)}
                      onMouseDown={() => onCursor({ row, column })}
                    >
                      {cellText(part.dtype, valueAt(row, column))}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
      <p className={css.status} role="status">
        <span className={css.mono}>
          [{indexOf(part, cursor.row, cursor.column).join(', ')}] = {text(part.dtype, value)}
        </span>
        {exactly(part.dtype, value)}
      </p>
    </>
  );
}

interface KeyContext {
  readonly part: Part;
  readonly page: number;
  readonly control: boolean;
}

const KEYS: Readonly<
  Record<string, (row: number, column: number, context: KeyContext) => [row: number, column: number]>
> = {
  ArrowDown: (row, column) => [row + 1, column],
  ArrowUp: (row, column) => [row - 1, column],
  ArrowRight: (row, column) => [row, column + 1],
  ArrowLeft: (row, column) => [row, column - 1],
  PageDown: (row, column, { page }) => [row + page, column],
  PageUp: (row, column, { page }) => [row - page, column],
  Home: (row, _column, { control }) => [control ? 0 : row, 0],
  End: (row, _column, { control, part }) => [control ? part.rows - 1 : row, part.columns - 1],
};

async function copy(value: JsonValue | undefined, dtype: Dtype): Promise<void> {
  if (value !== undefined) await navigator.clipboard.writeText(formatValue(dtype, value));
}

function text(dtype: Dtype, value: JsonValue | undefined): string {
  return value === undefined ? '…' : typographic(formatValue(dtype, value));
}

/** "−9.32e−5" for −0.0000932: digits before zeros, which a narrow column would cut off. */
function cellText(dtype: Dtype, value: JsonValue | undefined): string {
  const small = typeof value === 'number' && value !== 0 && Math.abs(value) < 1e-4;
  return small ? typographic(Number(formatValue(dtype, value)).toExponential()) : text(dtype, value);
}

/** The whole decimal expansion, where what is shown is shorter. */
function exactly(dtype: Dtype, value: JsonValue | undefined): string {
  if (typeof value !== 'number' || String(value) === formatValue(dtype, value)) return '';
  return ` ${t('exactly {{value}}', { value: typographic(String(value)) })}`;
}

function tone(value: JsonValue | undefined): string | undefined {
  if (value === 'NaN') return css.nan;
  if (value === 'Infinity' || value === '-Infinity') return css.infinite;
  return value === 0 ? css.zero : undefined;
}

/** Room for the widest value of a dtype, in the monospaced face. */
function columnWidth(dtype: Dtype): number {
  if (dtype === 'I64' || dtype === 'U64' || dtype === 'F64') return 176;
  if (dtype === 'C64') return 220;
  return dtype === 'F32' || dtype === 'I32' || dtype === 'U32' ? 136 : 92;
}

function firstIndex({ selection: { box } }: Part, axis: number | undefined): number {
  return axis === undefined ? 0 : (box.start[axis] ?? 0);
}

function axisWords(row: number | undefined, column: number | undefined): string {
  if (row === undefined) return '';
  return column === undefined
    ? t('axis {{axis}}', { axis: row })
    : t('axes {{row}}, {{column}}', { row, column });
}

function range([from, to]: readonly [number, number]): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

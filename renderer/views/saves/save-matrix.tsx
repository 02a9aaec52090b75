import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { type CellState, cellStates, type RankMeta, type SaveState } from '../../../shared/saves/report.ts';
import { nameOf } from '../../../shared/saves/resume.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { useApp } from '../../store/app-store.ts';
import css from './matrix.module.css';
import { metaWords, usualMeta } from './meta-words.ts';
import { usePickedSave } from './use-saves.ts';

const ROW = 27;
const COLUMN = 76;
/** Rank and what its meta.json says: they stay in sight. */
const HEAD_WIDTH = 176;
const HEAD_HEIGHT = 44;
const PAGE = 20;

/** The grid has the focus and names its active cell (WAI-ARIA APG, grid pattern). */
const GRID = { role: 'grid', tabIndex: 0 } as const;
const cellState = (selected: boolean) => ({ role: 'gridcell', 'aria-selected': selected }) as const;

interface SaveMatrixProps {
  readonly saves: readonly SaveState[];
  readonly ranks: readonly number[];
  readonly metas: readonly RankMeta[];
  /** Suffix of the save that training can resume from. */
  readonly from: string | undefined;
}

/**
 * Ranks down, saves across from the oldest on. A thousand ranks by hundreds of saves: only what is in sight is
 * drawn. Arrow keys move, Enter merges the save.
 */
export function SaveMatrix({ saves, ranks, metas, from }: SaveMatrixProps) {
  const scroller = useRef<HTMLTableElement>(null);
  const id = useId();
  const picked = usePickedSave();
  const pick = useApp((state) => state.pickSave);
  const take = useApp((state) => state.useSave);
  const [row, setRow] = useState(0);
  const column = saves.findIndex(({ suffix }) => suffix === picked?.suffix);
  const states = useMemo(() => saves.map(cellStates), [saves]);
  const metaOf = useMemo(() => new Map(metas.map((meta) => [meta.rank, meta])), [metas]);
  const usual = useMemo(() => usualMeta(metas), [metas]);
  const rows = useVirtualizer({
    count: ranks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    scrollPaddingStart: HEAD_HEIGHT,
    overscan: 8,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: saves.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => COLUMN,
    scrollPaddingStart: HEAD_WIDTH,
    overscan: 4,
  });
  const reveal = useRef<(row: number, column: number) => void>(() => undefined);
  reveal.current = (toRow, toColumn) => {
    rows.scrollToIndex(toRow);
    if (toColumn >= 0) columns.scrollToIndex(toColumn);
  };
  useEffect(() => reveal.current(row, column), [row, column]);

  const move = (toRow: number, toColumn: number) => {
    setRow(Math.min(Math.max(toRow, 0), ranks.length - 1));
    pick(saves[Math.min(Math.max(toColumn, 0), saves.length - 1)]?.suffix);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = KEYS[event.key]?.(row, column, saves.length - 1);
    if (to) move(...to);
    else if (event.key === 'Enter' && picked) void take(picked.suffix);
    else return;
    event.preventDefault();
  };

  const width = HEAD_WIDTH + columns.getTotalSize();
  const shownRows = rows.getVirtualItems();
  const shownColumns = columns.getVirtualItems();
  const inSight =
    shownRows.some(({ index }) => index === row) && shownColumns.some(({ index }) => index === column);
  return (
    <table
      ref={scroller}
      className={css.scroller}
      aria-label={t('Saves of each rank')}
      aria-rowcount={ranks.length + 1}
      aria-colcount={saves.length + 2}
      onKeyDown={onKeyDown}
      {...GRID}
      {...(inSight && { 'aria-activedescendant': `${id}-${row}-${column}` })}
    >
      <thead className={css.head} style={{ width, height: HEAD_HEIGHT }}>
        <tr aria-rowindex={1}>
          <th scope="col" aria-colindex={1} className={css.rank}>
            {t('Rank')}
          </th>
          <th scope="col" aria-colindex={2} className={css.meta}>
            {t('meta.json says')}
          </th>
          {shownColumns.map(({ index, start }) => {
            const save = saves[index];
            return (
              save && (
                <th
                  key={save.suffix}
                  scope="col"
                  aria-colindex={index + 3}
                  className={cx(css.column, index === column && css.picked)}
                  style={{ left: HEAD_WIDTH + start, width: COLUMN }}
                  title={`${nameOf(saves, save.suffix)}: ${save.suffix}`}
                  onMouseDown={() => pick(save.suffix)}
                >
                  <span className={css.step}>{save.step ?? save.suffix}</span>
                  <span className={css.remark}>{remark(save, from)}</span>
                </th>
              )
            );
          })}
        </tr>
      </thead>
      <tbody className={css.canvas} style={{ height: rows.getTotalSize(), width }}>
        {shownRows.map(({ index: at, start: top }) => {
          const rank = ranks[at] ?? 0;
          const meta = metaOf.get(rank);
          const words = metaWords(meta);
          return (
            <tr
              key={rank}
              aria-rowindex={at + 2}
              className={css.row}
              style={{ transform: `translateY(${top}px)`, height: ROW, width }}
            >
              <th scope="row" aria-colindex={1} className={css.rank}>
                {rank}
              </th>
              <td
                aria-colindex={2}
                className={cx(css.meta, (words !== usual || meta?.wrong !== undefined) && css.warn)}
                title={meta?.wrong === undefined ? meta?.file : `meta.json ${meta.wrong}`}
              >
                {words}
              </td>
              {shownColumns.map(({ index, start }) => {
                const save = saves[index];
                if (!save) return null;
                const state = states[index]?.(rank) ?? 'whole';
                const here = at === row && index === column;
                return (
                  <td
                    key={save.suffix}
                    id={`${id}-${at}-${index}`}
                    aria-colindex={index + 3}
                    className={cx(css.cell, index === column && css.picked)}
                    style={{ left: HEAD_WIDTH + start, width: COLUMN }}
                    onMouseDown={() => move(at, index)}
                    {...cellState(here)}
                  >
                    <span className={cx(css.state, css[look(state, save)], here && css.here)}>
                      {look(state, save)}
                    </span>
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

const KEYS: Readonly<
  Record<string, (row: number, column: number, last: number) => [row: number, column: number]>
> = {
  ArrowDown: (row, column) => [row + 1, column],
  ArrowUp: (row, column) => [row - 1, column],
  ArrowRight: (row, column) => [row, column + 1],
  ArrowLeft: (row, column) => [row, column - 1],
  PageDown: (row, column) => [row + PAGE, column],
  PageUp: (row, column) => [row - PAGE, column],
  Home: (row) => [row, 0],
  End: (row, _column, last) => [row, last],
};

function look(state: CellState, { weightsOnly }: SaveState): CellState | 'weights' {
  return state === 'whole' && weightsOnly ? 'weights' : state;
}

function remark({ suffix, weightsOnly, run, epoch }: SaveState, from: string | undefined): string {
  if (suffix === from) return t('resume here');
  if (weightsOnly) return t('weights');
  return [
    epoch !== undefined && epoch !== 1 && t('epoch {{epoch}}', { epoch }),
    run > 0 && t('run {{run}}', { run }),
  ]
    .filter((part) => part !== false)
    .join(', ');
}

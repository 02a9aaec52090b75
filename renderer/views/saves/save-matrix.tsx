import { type KeyboardEvent, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { cellStates, type RankMeta, type SaveState } from '../../../shared/saves/report.ts';
import { nameOf } from '../../../shared/saves/resume.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { useInStage } from '../../parts/stage-button.tsx';
import { useApp } from '../../store/app-store.ts';
import { type CellAt, CellPicture } from '../../table/cell-picture.tsx';
import { useGridWindow } from '../../table/use-grid-window.ts';
import { cellLook, cellWords, type SaveCell, saveCell } from './cell-look.ts';
import css from './matrix.module.css';
import { usualMeta } from './meta-words.ts';
import { SaveRow } from './save-row.tsx';
import { usePickedSave } from './use-saves.ts';

const ROW = 27;
const COLUMN = 76;
/** Rank and what its meta.json says: they stay in sight. */
const HEAD_WIDTH = 176;
const HEAD_HEIGHT = 44;
const PAGE = 20;

/** The grid has the focus and names its active cell (WAI-ARIA APG, grid pattern). */
const GRID = { role: 'grid', tabIndex: 0 } as const;
const gridCell = (selected: boolean) => ({ role: 'gridcell', 'aria-selected': selected }) as const;

interface SaveMatrixProps {
  readonly saves: readonly SaveState[];
  readonly ranks: readonly number[];
  /** Undefined as long as they were not read. */
  readonly metas: readonly RankMeta[] | undefined;
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
  const inStage = useInStage();
  const column = saves.findIndex(({ suffix }) => suffix === picked?.suffix);
  const states = useMemo(() => saves.map(cellStates), [saves]);
  const metaOf = useMemo(() => new Map(metas?.map((meta) => [meta.rank, meta])), [metas]);
  const usual = useMemo(() => metas && usualMeta(metas), [metas]);
  const { rows, columns, ...grid } = useGridWindow({
    scroller,
    rows: { count: ranks.length, height: ROW },
    columns: { count: saves.length, width: COLUMN },
    headerHeight: HEAD_HEIGHT,
    nameWidth: HEAD_WIDTH,
  });
  const reveal = useRef(grid.reveal);
  reveal.current = grid.reveal;
  // Once more when the saves are known whole: the view has another size then.
  useEffect(() => void (saves.length > 0 && reveal.current(row, column)), [row, column, saves]);
  const [pointed, setPointed] = useState<CellAt>();

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

  const cellAt = (index: number, at: number): SaveCell | undefined => {
    const rank = ranks[index];
    const save = saves[at];
    return rank === undefined || save === undefined
      ? undefined
      : saveCell(states[at]?.(rank) ?? 'whole', save);
  };
  const words = cellWords();
  const pickRow = useCallback((to: number) => setRow(to), []);
  const width = HEAD_WIDTH + saves.length * COLUMN;
  const [firstColumn, endColumn] = [columns[0] ?? 0, (columns.at(-1) ?? -1) + 1];
  const inSight = rows.items.some(({ index }) => index === row) && columns.includes(column);
  const pointedCell = pointed && cellAt(pointed.row, pointed.column);
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
          {columns.map((index) => {
            const save = saves[index];
            return (
              save && (
                <th
                  key={save.suffix}
                  scope="col"
                  aria-colindex={index + 3}
                  className={cx(css.column, index === column && css.picked)}
                  style={{ left: HEAD_WIDTH + index * COLUMN, width: COLUMN }}
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
      {/* Gives the scroll bars their lengths; ranks and meta.json lie over it. */}
      <tbody className={css.canvas} style={{ height: rows.canvas.height, width }} aria-hidden>
        <tr>
          <td>
            {column >= 0 && (
              <div className={css.strip} style={{ left: HEAD_WIDTH + column * COLUMN, width: COLUMN }} />
            )}
            <CellPicture
              {...{ firstRow: rows.sight[0], endRow: rows.sight[1], firstColumn, endColumn }}
              {...{ rowHeight: ROW, columnWidth: COLUMN }}
              left={HEAD_WIDTH + firstColumn * COLUMN}
              top={rows.shift + rows.sight[0] * ROW - rows.base}
              look={(index) => (at, palette) => {
                const cell = cellAt(index, at);
                return cell && cellLook(cell, words[cell], palette);
              }}
              title={pointedCell && words[pointedCell]}
              onPoint={setPointed}
              onPress={(at) => move(at.row, at.column)}
            />
          </td>
        </tr>
      </tbody>
      <tbody className={css.body} style={{ transform: `translateY(${rows.shift}px)`, width }}>
        {rows.items.map(({ index, start }) => {
          const rank = ranks[index] ?? 0;
          return (
            <SaveRow
              key={rank}
              rank={rank}
              index={index}
              top={start - rows.base}
              meta={metaOf.get(rank)}
              usual={usual}
              marked={inStage(rank)}
              onPress={pickRow}
            >
              {index === row &&
                columns.map((at) => {
                  const cell = cellAt(index, at);
                  return (
                    <td
                      key={at}
                      id={`${id}-${index}-${at}`}
                      aria-colindex={at + 3}
                      aria-label={cell && words[cell]}
                      className={cx(css.cell, at === column && css.here)}
                      style={{ left: HEAD_WIDTH + at * COLUMN, width: COLUMN }}
                      {...gridCell(at === column)}
                    />
                  );
                })}
            </SaveRow>
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

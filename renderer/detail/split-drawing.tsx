import type { Box } from '../../shared/layout/box.ts';
import { rankList } from '../../shared/text/ranks.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { useApp } from '../store/app-store.ts';
import { sliceColour } from './slice-colour.ts';
import css from './split-drawing.module.css';
import { boxWords, cutDimensions, type SplitGeometry, splitGeometry } from './split-geometry.ts';

/** One distinct box of a tensor, and the ranks that hold it; none for the files of complete weights. */
export interface DrawnSlice {
  readonly box: Box | undefined;
  readonly ranks: readonly number[];
}

interface SplitDrawingProps {
  readonly slices: readonly DrawnSlice[];
  /** The range of a box in its cut dimensions; indices when absent. */
  readonly rangeOf?: (box: Box) => string;
  /** Height of one row of slices, in CSS pixels. */
  readonly height?: number;
  /** Where slices are found that are too many to draw. */
  readonly elsewhere: string;
}

/** The tensor as a rectangle, cut as it lies on the ranks. A slice is picked by click or Tab, lit by hovering. */
export function SplitDrawing({ slices, rangeOf, height = 104, elsewhere }: SplitDrawingProps) {
  const lit = useApp((state) => state.litSlice);
  const picked = useApp((state) => state.pickedSlice);
  const light = useApp((state) => state.lightSlice);
  const pick = useApp((state) => state.pickSlice);
  const boxes = slices.map((slice) => slice.box).filter((box): box is Box => box !== undefined);
  const geometry = boxes.length === slices.length ? splitGeometry(boxes) : undefined;
  if (geometry === undefined)
    return (
      <p className={css.note}>
        {boxes.length > 0
          ? t('Cut in {{count}} slices: too many to draw. {{elsewhere}}', { count: slices.length, elsewhere })
          : t('Which part each rank holds is not known without a strategy.')}
      </p>
    );

  const cut = cutDimensions(boxes);
  const crowd =
    geometry.columns.length > 12 || geometry.rows.length > 14
      ? 'none'
      : geometry.columns.length > 4
        ? 'few'
        : 'all';
  return (
    <fieldset aria-label={t('Slices of the tensor')} className={css.tensor} style={gridOf(geometry, height)}>
      {geometry.cells.map(({ slice, column, row }) => {
        const box = boxes[slice];
        const ranks = slices[slice]?.ranks ?? [];
        const range =
          !box || cut.length === 0 ? t('the whole tensor') : (rangeOf?.(box) ?? boxWords(box, cut));
        const label = rankLabel(ranks, crowd !== 'all');
        const who = ranks.length > 0 ? rankList(ranks) : t('one file');
        return (
          <button
            key={slice}
            type="button"
            aria-pressed={slice === picked}
            aria-label={crowd === 'all' ? undefined : `${label} ${range}`}
            title={`${who}\n${range}`}
            className={cx(css.slice, slice === (lit ?? picked) && css.lit)}
            style={{ gridColumn: column + 1, gridRow: row + 1, ['--slice' as string]: sliceColour(slice) }}
            onMouseEnter={() => light(slice)}
            onMouseLeave={() => light(undefined)}
            onFocus={() => pick(slice)}
            onClick={() => pick(slice)}
          >
            {crowd !== 'none' && (
              <span
                className={cx(
                  css.ranks,
                  geometry.rows.length === 1 && css.wrap,
                  ranks.length > labelled(crowd !== 'all') && css.more,
                )}
              >
                {label}
              </span>
            )}
            {crowd === 'all' && cut.length > 0 && <span className={css.range}>{range}</span>}
          </button>
        );
      })}
    </fieldset>
  );
}

/** Ranks that a slice names; more are a title away. */
function labelled(short: boolean): number {
  return short ? 2 : 4;
}

/** "ranks 0, 4"; in narrow columns only the numbers. */
function rankLabel(ranks: readonly number[], short: boolean): string {
  if (ranks.length === 0) return t('whole');
  const list = ranks.slice(0, labelled(short)).join(', ');
  if (short) return list;
  return ranks.length === 1 ? t('rank {{rank}}', { rank: list }) : t('ranks {{numbers}}', { numbers: list });
}

function gridOf({ columns, rows }: SplitGeometry, least: number) {
  const track = (extent: number) => `minmax(0, ${extent}fr)`;
  // One row of slices is drawn as high as in a book; more rows get room for their text, up to a limit.
  const height = rows.length === 1 ? least : Math.min(320, Math.max(least, rows.length * 40));
  return {
    height,
    gridTemplateColumns: columns.map(track).join(' '),
    gridTemplateRows: rows.map(track).join(' '),
    gap: columns.length > 32 || rows.length > 32 ? 0 : 2,
  };
}

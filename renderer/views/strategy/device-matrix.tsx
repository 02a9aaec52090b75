import type { KeyboardEvent } from 'react';
import { Trans } from 'react-i18next';
import type { StageSlices } from '../../../shared/layout/stage-slices.ts';
import type { ParameterLayout } from '../../../shared/strategy/layout-groups.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { sliceColour } from '../../detail/slice-colour.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { StageButton, stageWords } from '../../parts/stage-button.tsx';
import { useApp } from '../../store/app-store.ts';
import css from './device-matrix.module.css';
import { matrixGrid } from './matrix-grid.ts';

/** Ranks drawn at most: 4,096 cells are laid out in about a third of a second. */
const MAX_CELLS = 4096;

interface DeviceMatrixProps {
  readonly parameter: ParameterLayout;
  readonly slices: StageSlices;
}

/** The ranks of each stage by the axes of the device matrix; a rank has the colour of the slice that it holds. */
export function DeviceMatrix({ parameter, slices }: DeviceMatrixProps) {
  const { stageCount, devicesPerStage, layouts } = parameter;
  const chosen = useApp((state) => state.stage);
  const wide = devicesPerStage > 64 || (layouts[0]?.layout.deviceMatrix.at(-1) ?? 1) > 8;
  const drawn = slices.stages.slice(0, Math.max(1, Math.floor(MAX_CELLS / devicesPerStage)));
  const holding = new Set(layouts.map(({ stage }) => stage));
  const others = [...Array(stageCount).keys()].filter((stage) => !holding.has(stage));
  return (
    <fieldset className={css.place} aria-label={t('Ranks')} onKeyDown={walk}>
      {drawn.map(({ stage, firstRank, slice }) => {
        const layout = layouts.find((entry) => entry.stage === stage);
        if (layout === undefined || slice.length > MAX_CELLS) return null;
        const grid = matrixGrid(layout.layout.deviceMatrix, layout.axes);
        const label = stageCount > 1 ? t('Device matrix of stage {{stage}}', { stage }) : t('Device matrix');
        const depth = Math.max(...grid.rows.map(({ headings }) => headings.length));
        return (
          <section key={stage} aria-label={label} className={cx(css.stage, stage === chosen && css.chosen)}>
            {stageCount > 1 && (
              <h4 className={css.stageName}>
                <StageButton stage={stage}>{stageWords(stage, devicesPerStage)}</StageButton>
              </h4>
            )}
            <table className={cx(css.matrix, wide && css.wide)}>
              {grid.columns.length > 0 && (
                <thead>
                  <tr>
                    {depth > 0 && <td colSpan={depth} />}
                    {grid.columns.map((text) => (
                      <th key={text} scope="col">
                        {text}
                      </th>
                    ))}
                  </tr>
                </thead>
              )}
              <tbody>
                {grid.rows.map(({ headings, ranks }) => (
                  <tr key={ranks[0]}>
                    {headings.map(({ text, span }) => (
                      <th key={text} scope={span > 1 ? 'rowgroup' : 'row'} rowSpan={span}>
                        {text}
                      </th>
                    ))}
                    {ranks.map((local) => (
                      <td key={local}>
                        <RankCell
                          rank={firstRank + local}
                          slice={slice[local] ?? 0}
                          count={slices.boxes.length}
                          wide={wide}
                          entry={firstRank + local === drawn[0]?.firstRank}
                        />
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        );
      })}
      {others.length > 0 && (
        <p className={css.note}>
          <Trans
            i18nKey="<stages/>: nothing of it."
            components={{ stages: <Stages stages={others} devicesPerStage={devicesPerStage} /> }}
          />
        </p>
      )}
      {slices.stages.some(({ slice }) => slice.length > MAX_CELLS) || drawn.length < slices.stages.length ? (
        <p className={css.note}>
          {t('Only {{number}} ranks are drawn at a time; the layout of the others is the same.', {
            number: formatCount(MAX_CELLS),
          })}
        </p>
      ) : null}
    </fieldset>
  );
}

interface StagesProps {
  readonly stages: readonly number[];
  readonly devicesPerStage: number;
}

function Stages({ stages, devicesPerStage }: StagesProps) {
  return stages.map((stage) => (
    <StageButton key={stage} stage={stage}>
      {stageWords(stage, devicesPerStage)}
    </StageButton>
  ));
}

interface RankCellProps {
  readonly rank: number;
  readonly slice: number;
  readonly count: number;
  readonly wide: boolean;
  /** The one stop for Tab: from there the arrows walk over the ranks. */
  readonly entry: boolean;
}

function RankCell({ rank, slice, count, wide, entry }: RankCellProps) {
  const lit = useApp((state) => (state.litSlice ?? state.pickedSlice) === slice);
  const itself = useApp((state) => (state.litRank ?? state.valuesPlace.rank) === rank);
  const showValues = useApp((state) => state.showValues);
  const light = useApp((state) => state.lightSlice);
  const pick = useApp((state) => state.pickSlice);
  const words =
    count === 1
      ? t('whole')
      : t('slice {{slice}} of {{slices}}', { slice: slice + 1, slices: formatCount(count) });
  return (
    <button
      type="button"
      tabIndex={entry || itself ? 0 : -1}
      data-rank={rank}
      aria-label={wide ? `${t('rank {{rank}}', { rank })} ${words}` : undefined}
      title={wide ? `${t('rank {{rank}}', { rank })}\n${words}` : undefined}
      className={cx(css.rank, lit && css.lit, itself && css.itself)}
      style={{ ['--slice' as string]: sliceColour(slice) }}
      onMouseEnter={() => light(slice, rank)}
      onMouseLeave={() => light(undefined)}
      onFocus={() => {
        pick(slice);
        light(slice, rank);
      }}
      onBlur={() => light(undefined)}
      onClick={() => showValues({ rank, slice: undefined })}
    >
      <strong>{wide ? rank : t('rank {{rank}}', { rank })}</strong>
      {!wide && <span>{words}</span>}
    </button>
  );
}

/** Arrows go from rank to rank as they are drawn, Home and End to the first and last of all. */
function walk(event: KeyboardEvent<HTMLElement>): void {
  const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-rank]') : null;
  const row = cell?.closest('tr');
  if (!cell || !row) return;
  const inRow = [...row.querySelectorAll<HTMLElement>('[data-rank]')];
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-rank]')];
  const [column, at] = [inRow.indexOf(cell), all.indexOf(cell)];
  const targets: Readonly<Record<string, HTMLElement | undefined>> = {
    ArrowRight: all[at + 1],
    ArrowLeft: all[at - 1],
    ArrowDown: all[at - column + inRow.length + column],
    ArrowUp: all[at - inRow.length],
    Home: all[0],
    End: all.at(-1),
  };
  if (!(event.key in targets)) return;
  event.preventDefault();
  targets[event.key]?.focus();
}

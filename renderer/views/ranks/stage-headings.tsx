import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { StageButton, stageWords } from '../../parts/stage-button.tsx';
import { useApp } from '../../store/app-store.ts';
import { COLUMN } from './geometry.ts';
import css from './ranks.module.css';

interface StageHeadingsProps {
  /** Columns in sight: the first, and the one after the last. */
  readonly first: number;
  readonly end: number;
  /** Columns of all ranks; with a strategy the ranks are numbered as their columns. */
  readonly total: number;
}

/** The pipeline stages over the headings of their ranks; a click chooses one in all views. */
export function StageHeadings({ first, end, total }: StageHeadingsProps) {
  const devices = useApp((state) => state.checkpoint?.strategy?.devicesPerStage ?? 1);
  const chosen = useApp((state) => state.stage);
  const last = Math.min(end, total) - 1;
  const stages: number[] = [];
  for (let stage = Math.floor(first / devices); stage * devices <= last; stage++) stages.push(stage);
  return (
    <tr aria-rowindex={1} className={cx(css.header, css.stages)}>
      <td className={css.corner} />
      {stages.map((stage) => (
        <th
          key={stage}
          scope="colgroup"
          colSpan={devices}
          aria-colindex={stage * devices + 2}
          aria-colspan={devices}
          aria-selected={stage === chosen}
          className={css.stage}
          style={{
            insetInlineStart: `calc(var(--name) + ${stage * devices * COLUMN}px)`,
            width: devices * COLUMN,
          }}
        >
          <StageButton stage={stage} title={stageWords(stage, devices)} within>
            {t('Stage {{stage}}', { stage })}
          </StageButton>
        </th>
      ))}
    </tr>
  );
}

/** Behind the picture of the cells: the columns of the chosen stage's ranks. */
export function StageStrip({ nameWidth }: { readonly nameWidth: number }) {
  const devices = useApp((state) => state.checkpoint?.strategy?.devicesPerStage ?? 1);
  const stage = useApp((state) => state.stage);
  if (stage === undefined) return null;
  const width = devices * COLUMN;
  return <div className={css.strip} style={{ left: nameWidth + stage * width, width }} />;
}

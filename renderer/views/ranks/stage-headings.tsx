import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { StageButton, stageWords } from '../../parts/stage-button.tsx';
import { useApp } from '../../store/app-store.ts';
import type { RankColumn } from '../../store/ranks.ts';
import { COLUMN } from './geometry.ts';
import css from './ranks.module.css';

/** Columns in sight of a stage's ranks: the first, and how many. */
interface StageSpan {
  readonly stage: number;
  readonly first: number;
  readonly count: number;
}

/** The stages of columns in sight, as far as these are known. */
export function stagesOf(
  columns: readonly number[],
  rankColumn: (column: number) => RankColumn | undefined,
): readonly StageSpan[] {
  const spans = new Map<number, StageSpan>();
  for (const column of columns) {
    const stage = rankColumn(column)?.stage;
    if (stage === undefined) continue;
    const { first, count } = spans.get(stage) ?? { first: column, count: 0 };
    spans.set(stage, { stage, first, count: count + 1 });
  }
  return [...spans.values()];
}

/** The pipeline stages over the headings of their ranks; a click chooses one in all views. */
export function StageHeadings({ spans }: { readonly spans: readonly StageSpan[] }) {
  const devices = useApp((state) => state.checkpoint?.strategy?.devicesPerStage ?? 1);
  const chosen = useApp((state) => state.stage);
  return (
    <tr aria-rowindex={1} className={cx(css.header, css.stages)}>
      <td className={css.corner} />
      {spans.map(({ stage, first, count }) => (
        <th
          key={stage}
          scope="colgroup"
          colSpan={count}
          aria-colindex={first + 2}
          aria-colspan={count}
          aria-selected={stage === chosen}
          className={css.stage}
          style={{ insetInlineStart: `calc(var(--name) + ${first * COLUMN}px)`, width: count * COLUMN }}
        >
          <StageButton stage={stage} title={stageWords(stage, devices)} within>
            {t('Stage {{stage}}', { stage })}
          </StageButton>
        </th>
      ))}
    </tr>
  );
}

interface StageStripProps {
  readonly spans: readonly StageSpan[];
  readonly nameWidth: number;
}

/** Behind the picture of the cells: the columns of the chosen stage's ranks. */
export function StageStrip({ spans, nameWidth }: StageStripProps) {
  const chosen = useApp((state) => state.stage);
  const span = spans.find(({ stage }) => stage === chosen);
  if (span === undefined) return null;
  return (
    <div
      className={css.strip}
      style={{ left: nameWidth + span.first * COLUMN, width: span.count * COLUMN }}
    />
  );
}

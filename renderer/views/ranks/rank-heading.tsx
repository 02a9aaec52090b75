import { memo } from 'react';
import { formatBytes } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { exactBytes } from '../../parts/size.tsx';
import type { RankColumn } from '../../store/ranks.ts';
import { COLUMN } from './geometry.ts';
import css from './ranks.module.css';

interface RankHeadingProps {
  /** undefined while it is on its way. */
  readonly column: RankColumn | undefined;
  readonly index: number;
  readonly chosen: boolean;
  /** The cursor is in this column. */
  readonly current: boolean;
  /** The rank is of the chosen stage. */
  readonly marked: boolean;
  readonly onChoose: (rank: number) => void;
}

/** A rank's number and bytes; a click chooses it for comparing. */
export const RankHeading = memo(
  function RankHeading({ column, index, chosen, current, marked, onChoose }: RankHeadingProps) {
    return (
      <th
        scope="col"
        aria-colindex={index + 2}
        aria-selected={chosen}
        className={cx(css.rank, chosen && css.chosen, current && css.current, marked && css.marked)}
        style={{ insetInlineStart: `calc(var(--name) + ${index * COLUMN}px)` }}
      >
        {column && (
          <button
            type="button"
            tabIndex={-1}
            aria-pressed={chosen}
            title={t(
              'Rank {{rank}}: {{size}} ({{bytes}}), stage {{stage}}. Choose two ranks to compare them.',
              {
                rank: column.rank,
                size: formatBytes(column.bytes),
                bytes: exactBytes(column.bytes),
                stage: column.stage,
              },
            )}
            onClick={() => onChoose(column.rank)}
          >
            <span>{t('rank {{rank}}', { rank: column.rank })}</span>
            <span className={css.bytes}>{formatBytes(column.bytes)}</span>
          </button>
        )}
      </th>
    );
  },
  // A column is made anew each time that it is looked up.
  (before, after) =>
    before.column?.rank === after.column?.rank &&
    before.column?.bytes === after.column?.bytes &&
    before.index === after.index &&
    before.chosen === after.chosen &&
    before.current === after.current &&
    before.marked === after.marked,
);

import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { glance } from './glance.ts';
import css from './strip.module.css';

/** The figures one takes in at a glance, above the summary and the tensor table. */
export function Strip({ summary }: { readonly summary: CheckpointSummary }) {
  return (
    <ul className={css.strip} aria-label={t('At a glance')}>
      {glance(summary).map(({ value, label, exact, warn }) => (
        <li
          key={label}
          className={css.figure}
          title={[`${value} ${label}`, exact].filter(Boolean).join('\n')}
        >
          <span className={cx(css.value, warn && css.warn)}>{value}</span>
          <span className={css.label}>{label}</span>
        </li>
      ))}
    </ul>
  );
}

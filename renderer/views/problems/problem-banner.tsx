import type { Problem } from '../../../shared/checkpoint.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { sentence } from '../../parts/sentence.ts';
import { useApp } from '../../store/app-store.ts';
import css from './problem-banner.module.css';

/** The worst problem in one line above a view, with the way to all of them. Notes stay in their own view. */
export function ProblemBanner({ problems }: { readonly problems: readonly Problem[] }) {
  const showView = useApp((state) => state.showView);
  const serious = problems.filter((problem) => problem.severity !== 'info');
  const worst = serious.find((problem) => problem.severity === 'error') ?? serious[0];
  if (worst === undefined) return null;
  return (
    <div className={css.place}>
      <section className={cx(css.banner, worst.severity === 'error' && css.error)} aria-label={t('Problem')}>
        <span className={css.message}>{sentence(worst.message)}</span>
        <button type="button" className={css.way} onClick={() => showView('problems')}>
          {t('Show {{count}} problems', { count: serious.length })}
        </button>
      </section>
    </div>
  );
}

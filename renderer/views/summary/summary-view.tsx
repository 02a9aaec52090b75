import { t } from '../../language/t.ts';
import { ErrorBoundary } from '../../parts/error-boundary.tsx';
import { FillingView } from '../../parts/filling-view.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { useApp } from '../../store/app-store.ts';
import { ProblemNote } from '../problems/problem-note.tsx';
import type { View } from '../view.ts';
import { Contents } from './contents.tsx';
import { Saves } from './saves.tsx';
import { Split } from './split.tsx';
import { Strip } from './strip.tsx';
import css from './summary.module.css';
import { Types } from './types.tsx';

/** Problems shown here; the rest is one click away. */
const FIRST_PROBLEMS = 4;

function SummaryView() {
  const summary = useApp((state) => state.checkpoint);
  const showView = useApp((state) => state.showView);
  if (summary === undefined) return null;
  const more = summary.problems.length - FIRST_PROBLEMS;
  return (
    <FillingView className={css.view}>
      <Strip summary={summary} />
      <div className={css.scroll}>
        {summary.problems.length > 0 && (
          <section className={css.problems} aria-label={t('Problems')}>
            {summary.problems.slice(0, FIRST_PROBLEMS).map((problem) => (
              <ProblemNote key={`${problem.code} ${problem.message}`} problem={problem} />
            ))}
            {more > 0 && (
              <LinkButton onClick={() => showView('problems')}>
                {t('Show {{number}} more', { number: more })}
              </LinkButton>
            )}
          </section>
        )}
        <ErrorBoundary>
          <div className={css.sections}>
            <Contents summary={summary} />
            <Split summary={summary} />
            <Types summary={summary} />
            <Saves summary={summary} />
          </div>
        </ErrorBoundary>
      </div>
    </FillingView>
  );
}

export const summary: View = {
  id: 'summary',
  get label() {
    return t('Summary');
  },
  key: 's',
  Main: SummaryView,
};

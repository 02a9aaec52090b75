import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { ScrollingView } from '../../parts/scrolling-view.tsx';
import { ViewHead } from '../../parts/view-head.tsx';
import { listed } from '../../parts/words.ts';
import { useApp } from '../../store/app-store.ts';
import type { View } from '../view.ts';
import { ProblemNote } from './problem-note.tsx';
import css from './problems.module.css';

function ProblemsView() {
  const problemsFound = useApp((state) => state.checkpoint?.problems);
  if (problemsFound === undefined) return null;
  const count = (severity: string) => problemsFound.filter((one) => one.severity === severity).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('info')];
  const words = listed(
    [
      errors > 0 && t('{{count}} errors', { count: errors }),
      warnings > 0 && t('{{count}} warnings', { count: warnings }),
      notes > 0 && t('{{count}} notes', { count: notes }),
    ].filter((part) => part !== false),
  );
  return (
    <ScrollingView className={css.view}>
      <ViewHead className={css.top} title={words === '' ? t('No problems found') : words}>
        <p>
          {words === ''
            ? t('Every header was read and fits its file, and the files fit together.')
            : t('What stands out in the files, what follows from it, and what to do.')}
        </p>
      </ViewHead>
      <div className={css.list}>
        {problemsFound.map((problem) => (
          <ProblemNote key={`${problem.code} ${problem.message} ${problem.file}`} problem={problem} />
        ))}
      </div>
    </ScrollingView>
  );
}

export const problems: View = {
  id: 'problems',
  get label() {
    return t('Problems');
  },
  key: 'p',
  Main: ProblemsView,
  count: (summary) => (summary.problems.length > 0 ? formatCount(summary.problems.length) : undefined),
};

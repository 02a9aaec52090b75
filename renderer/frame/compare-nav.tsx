import { sideWords } from '../../shared/compare/side-words.ts';
import { jobTitle } from '../../shared/job-title.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { useApp, useAppStore } from '../store/app-store.ts';
import { useWorkspace } from '../store/workspace.ts';
import css from './nav.module.css';

/** Comparisons that are listed, newest first. */
const LISTED = 5;

/** The left panel's comparisons: those of the open checkpoint, and the way to another. */
export function CompareNav() {
  const store = useAppStore();
  const path = useApp((state) => state.checkpoint?.path);
  const kind = useApp((state) => state.checkpoint?.kind);
  const jobs = useWorkspace((state) => state.jobs);
  const view = useApp((state) => state.view);
  const shown = useApp((state) => state.compareJob);
  if (kind === 'strategy') return null;
  const done = jobs.flatMap((job) => {
    const result = job.state === 'done' ? job.result : undefined;
    const comparison = result?.comparison;
    if (!result || !comparison || comparison.request.a.path !== path) return [];
    return { job, comparison, unequal: result.tensors - comparison.counts.equal };
  });
  return (
    <>
      <h2 className={css.heading}>{t('Compare')}</h2>
      <ul>
        {done.slice(0, LISTED).map(({ job, comparison: { labels, equal }, unequal }) => {
          const current = view === 'compare' && shown === job.id;
          return (
            <li key={job.id}>
              <button
                type="button"
                className={cx(css.item, current && css.current)}
                aria-current={current ? 'page' : undefined}
                title={escapeText(jobTitle(job), 400)}
                onClick={() => {
                  store.getState().showComparison(job);
                  store.getState().showView('compare');
                }}
              >
                <span className={css.clipped}>
                  {escapeText(`${sideWords(labels.a)} ↔ ${sideWords(labels.b)}`)}
                </span>
                <span className={css.count}>{equal ? t('equal') : unequal}</span>
              </button>
            </li>
          );
        })}
        <li>
          <button type="button" className={css.item} onClick={() => store.getState().showCompareDialog(true)}>
            <span>{t('Compare with…')}</span>
          </button>
        </li>
      </ul>
    </>
  );
}

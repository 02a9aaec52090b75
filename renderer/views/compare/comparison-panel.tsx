import { Button, Progress } from '@mantine/core';
import type { ComparedTensor, Comparison } from '../../../shared/compare/results.ts';
import { sideWords } from '../../../shared/compare/side-words.ts';
import { jobTitle } from '../../../shared/job-title.ts';
import { isSettled, type JobState } from '../../../shared/jobs.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { JobSentence } from '../../jobs/job-sentence.tsx';
import { percent } from '../../jobs/job-words.ts';
import { t } from '../../language/t.ts';
import { Coming } from '../../parts/coming.tsx';
import { cx } from '../../parts/cx.ts';
import { Facts } from '../../parts/facts.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { MiddleText } from '../../parts/middle-text.tsx';
import { sentence } from '../../parts/sentence.ts';
import { useApp } from '../../store/app-store.ts';
import { useWorkspace } from '../../store/workspace.ts';
import css from './compare.module.css';
import { NumberFacts } from './number-facts.tsx';
import { expectation, statusWords, titleOf } from './status.ts';
import { useComparison } from './use-comparison.ts';

/** Tensors that are listed here; all are in the comparison's own view. */
const LISTED = 12;

/** The comparison at a glance: what is equal, what is not, and one tensor of that. */
export function ComparisonPanel() {
  const showView = useApp((state) => state.showView);
  const picked = useApp((state) => state.comparedName);
  const pick = useApp((state) => state.showCompared);
  const { comparison } = useComparison();
  if (comparison === undefined) return <ComparingNote />;
  const { found } = comparison;
  const one = found.find(({ name }) => name === picked) ?? found[0];
  return (
    <div className={css.panel}>
      <h2>{titleOf(comparison)}</h2>
      <p className={css.sentence}>{expectation(comparison)}</p>
      <CountFacts comparison={comparison} />
      {found.length > 1 && (
        <ul className={css.found} aria-label={t('Not equal')}>
          {found.slice(0, LISTED).map((tensor) => (
            <li key={`${tensor.status} ${tensor.name}`}>
              <button
                type="button"
                aria-pressed={tensor === one}
                className={css.foundItem}
                onClick={() => pick(tensor.name)}
              >
                <MiddleText text={tensor.name} />
                <span className={css.quiet}>{statusWords(tensor.status)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className={css.sentence}>
        <LinkButton onClick={() => showView('compare')}>{t('Show all tensors in a table')}</LinkButton>
      </p>
      {one && <ComparedTensorNote tensor={one} />}
    </div>
  );
}

/** Merging with the copies of one of two ranks that should be replicas, when they are not. */
function TrustRank({ rank }: { readonly rank: number }) {
  const openDraft = useApp((state) => state.openDraft);
  const change = useApp((state) => state.changeDraft);
  const trust = () => {
    openDraft('merge');
    change({ onConflict: rank });
  };
  return (
    <Button variant="default" title={t('Merge with the copies of rank {{rank}}', { rank })} onClick={trust}>
      {t('Trust rank {{rank}}', { rank })}
    </Button>
  );
}

/** A comparison that is not done: how far it is, or why it could not be. */
export function ComparingNote() {
  const fault = useApp((state) => state.compareFault);
  const forget = useApp((state) => state.forgetComparison);
  const { job } = useComparison();
  const why = fault ?? (job?.state === 'failed' ? job.fault : undefined);
  return (
    <div className={css.panel}>
      {why && <FaultNote fault={why} alert onDismiss={forget} />}
      {!why && !job && <Coming className={css.sentence}>{t('Reading what is compared…')}</Coming>}
      {job && !isSettled(job) && <Progressing job={job} />}
      {job?.state === 'cancelled' && <p className={css.sentence}>{t('The comparison was cancelled.')}</p>}
    </div>
  );
}

function Progressing({ job }: { readonly job: JobState }) {
  const cancel = useWorkspace((state) => state.cancelJob);
  return (
    <>
      <h2>{escapeText(jobTitle(job))}</h2>
      <Progress
        size={5}
        value={percent(job) ?? 0}
        aria-label={t('{{title}}: progress', { title: jobTitle(job) })}
      />
      <p className={css.sentence}>
        <JobSentence job={job} /> <LinkButton onClick={() => void cancel(job.id)}>{t('Cancel')}</LinkButton>
      </p>
    </>
  );
}

export function CountFacts({ comparison: { counts, labels } }: { readonly comparison: Comparison }) {
  const onlyIn = [
    counts['only-a'] > 0 &&
      t('{{count}} tensors in {{side}}', { count: counts['only-a'], side: sideWords(labels.a) }),
    counts['only-b'] > 0 &&
      t('{{count}} tensors in {{side}}', { count: counts['only-b'], side: sideWords(labels.b) }),
  ].filter((words) => words !== false);
  return (
    <Facts
      rows={[
        [t('Equal'), counts.equal === 0 ? t('none') : t('{{count}} tensors', { count: counts.equal })],
        [
          t('Differ'),
          <span key="differ" className={cx(counts.different > 0 && css.bad)}>
            {counts.different === 0 ? t('none') : t('{{count}} tensors', { count: counts.different })}
          </span>,
        ],
        [t('Other shape'), counts.shape > 0 && t('{{count}} tensors', { count: counts.shape })],
        [t('Other type'), counts.dtype > 0 && t('{{count}} tensors', { count: counts.dtype })],
        [t('Unreadable'), counts.unreadable > 0 && t('{{count}} tensors', { count: counts.unreadable })],
        [t('Only in one'), onlyIn.length === 0 ? t('none') : onlyIn.join(t(', '))],
      ]}
    />
  );
}

/** One tensor: where it first differs, in how many elements and by how much. */
export function ComparedTensorNote({ tensor }: { readonly tensor: ComparedTensor }) {
  const showDifference = useApp((state) => state.showDifference);
  const comparing = useApp((state) => state.comparing);
  return (
    <section aria-label={t('Difference')} className={css.tensor}>
      <h3>
        <MiddleText text={tensor.name} tail={30} />
      </h3>
      <NumberFacts tensor={tensor} />
      {tensor.message !== undefined && <p className={css.sentence}>{sentence(tensor.message)}</p>}
      {tensor.numbers && tensor.numbers.elements > 0 && tensor.status !== 'equal' && (
        <div className={css.ways}>
          <Button variant="default" onClick={() => showDifference(tensor)}>
            {t('Show difference')}
          </Button>
          {tensor.sameSlice === true &&
            [comparing?.a.rank, comparing?.b.rank].map(
              (rank) => rank !== undefined && <TrustRank key={rank} rank={rank} />,
            )}
        </div>
      )}
    </section>
  );
}

import { Button, Progress } from '@mantine/core';
import type { ComparedTensor, Comparison } from '../../../shared/compare/results.ts';
import { isSettled, type JobState } from '../../../shared/jobs.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { JobSentence } from '../../jobs/job-sentence.tsx';
import { percent } from '../../jobs/job-words.ts';
import { cx } from '../../parts/cx.ts';
import { Facts } from '../../parts/facts.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { MiddleText } from '../../parts/middle-text.tsx';
import { counted } from '../../parts/words.ts';
import { useApp } from '../../store/app-store.ts';
import { useWorkspace } from '../../store/workspace.ts';
import css from './compare.module.css';
import { NumberFacts } from './number-facts.tsx';
import { expectation, STATUS_WORDS, titleOf } from './status.ts';
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
        <ul className={css.found} aria-label="Not equal">
          {found.slice(0, LISTED).map((tensor) => (
            <li key={`${tensor.status} ${tensor.name}`}>
              <button
                type="button"
                aria-pressed={tensor === one}
                className={css.foundItem}
                onClick={() => pick(tensor.name)}
              >
                <MiddleText text={tensor.name} />
                <span className={css.quiet}>{STATUS_WORDS[tensor.status]}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className={css.sentence}>
        <LinkButton onClick={() => showView('compare')}>Show all tensors in a table</LinkButton>
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
    <Button variant="default" title={`Merge with the copies of rank ${rank}`} onClick={trust}>
      Trust rank {rank}
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
      {job && !isSettled(job) && <Progressing job={job} />}
      {job?.state === 'cancelled' && <p className={css.sentence}>The comparison was cancelled.</p>}
    </div>
  );
}

function Progressing({ job }: { readonly job: JobState }) {
  const cancel = useWorkspace((state) => state.cancelJob);
  return (
    <>
      <h2>{escapeText(job.title)}</h2>
      <Progress size={5} value={percent(job) ?? 0} aria-label={`${job.title}: progress`} />
      <p className={css.sentence}>
        <JobSentence job={job} /> <LinkButton onClick={() => void cancel(job.id)}>Cancel</LinkButton>
      </p>
    </>
  );
}

export function CountFacts({ comparison: { counts, labels } }: { readonly comparison: Comparison }) {
  const onlyIn = [
    counts['only-a'] > 0 && `${counted(counts['only-a'], 'tensor')} in ${labels.a}`,
    counts['only-b'] > 0 && `${counted(counts['only-b'], 'tensor')} in ${labels.b}`,
  ].filter((words) => words !== false);
  return (
    <Facts
      rows={[
        ['Equal', counts.equal === 0 ? 'none' : counted(counts.equal, 'tensor')],
        [
          'Differ',
          <span key="differ" className={cx(counts.different > 0 && css.bad)}>
            {counts.different === 0 ? 'none' : counted(counts.different, 'tensor')}
          </span>,
        ],
        ['Other shape', counts.shape > 0 && counted(counts.shape, 'tensor')],
        ['Other type', counts.dtype > 0 && counted(counts.dtype, 'tensor')],
        ['Unreadable', counts.unreadable > 0 && counted(counts.unreadable, 'tensor')],
        ['Only in one', onlyIn.length === 0 ? 'none' : onlyIn.join(', ')],
      ]}
    />
  );
}

/** One tensor: where it first differs, in how many elements and by how much. */
export function ComparedTensorNote({ tensor }: { readonly tensor: ComparedTensor }) {
  const showDifference = useApp((state) => state.showDifference);
  const comparing = useApp((state) => state.comparing);
  return (
    <section aria-label="Difference" className={css.tensor}>
      <h3>
        <MiddleText text={tensor.name} tail={30} />
      </h3>
      <NumberFacts tensor={tensor} />
      {tensor.message !== undefined && <p className={css.sentence}>{escapeText(tensor.message, 1000)}</p>}
      {tensor.numbers && tensor.numbers.elements > 0 && tensor.status !== 'equal' && (
        <div className={css.ways}>
          <Button variant="default" onClick={() => showDifference(tensor)}>
            Show difference
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

import { CloseButton, Progress } from '@mantine/core';
import { jobTitle } from '../../shared/job-title.ts';
import { isSettled, type JobState } from '../../shared/jobs.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { LinkButton } from '../parts/link-button.tsx';
import { sentence } from '../parts/sentence.ts';
import { useWorkspace } from '../store/workspace.ts';
import { JobSentence } from './job-sentence.tsx';
import { percent } from './job-words.ts';
import css from './jobs.module.css';
import { OpenResult } from './open-result.tsx';

interface JobListProps {
  readonly jobs: readonly JobState[];
  /** Called when a link leads away from the list. */
  readonly onLeave: () => void;
}

/** All jobs of the host, newest first, until they are dismissed. */
export function JobList({ jobs, onLeave }: JobListProps) {
  return (
    <ul className={css.list}>
      {jobs.map((job) => (
        <JobItem key={job.id} job={job} onLeave={onLeave} />
      ))}
    </ul>
  );
}

function JobItem({ job, onLeave }: { readonly job: JobState; readonly onLeave: () => void }) {
  const cancel = useWorkspace((state) => state.cancelJob);
  const dismiss = useWorkspace((state) => state.dismissJob);
  const time = new Date(job.startedAt).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  return (
    <li className={css.item}>
      <div className={css.itemHead}>
        <strong>{escapeText(jobTitle(job))}</strong>
        <span className={css.quiet}>{time}</span>
        {isSettled(job) && (
          <CloseButton size={24} aria-label={t('Dismiss')} onClick={() => void dismiss(job.id)} />
        )}
      </div>
      {!isSettled(job) && (
        <Progress
          size={5}
          value={percent(job) ?? 0}
          aria-label={t('{{title}}: progress', { title: jobTitle(job) })}
        />
      )}
      {job.state === 'failed' ? (
        <FaultNote fault={job.fault} />
      ) : (
        <p className={css.words}>
          <JobSentence job={job} />{' '}
          {(job.state === 'running' || job.state === 'queued') && (
            <LinkButton onClick={() => void cancel(job.id)}>{t('Cancel')}</LinkButton>
          )}
        </p>
      )}
      {job.state === 'done' && (
        <>
          <p className={css.out}>{escapeText(job.result.out, 4096)}</p>
          {job.result.warnings.map((warning) => (
            <p key={warning} className={css.warning}>
              {sentence(warning)}
            </p>
          ))}
          {job.result.problems?.map((problem) => (
            <FaultNote
              key={`${problem.code} ${problem.message}`}
              fault={problem}
              severity={problem.severity}
            />
          ))}
          <div className={css.ways}>
            <OpenResult job={job} onLeave={onLeave} />
          </div>
        </>
      )}
    </li>
  );
}

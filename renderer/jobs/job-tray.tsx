import { Popover, Progress } from '@mantine/core';
import { useState } from 'react';
import { jobTitle } from '../../shared/job-title.ts';
import { isSettled, type JobState } from '../../shared/jobs.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { LinkButton } from '../parts/link-button.tsx';
import { sentence } from '../parts/sentence.ts';
import { useWorkspace } from '../store/workspace.ts';
import { JobList } from './job-list.tsx';
import { JobSentence } from './job-sentence.tsx';
import { percent } from './job-words.ts';
import css from './jobs.module.css';
import { OpenResult } from './open-result.tsx';

/** The running job in one line (else the last one that settled), and the list of all. */
export function JobTray() {
  const jobs = useWorkspace((state) => state.jobs);
  const [opened, setOpened] = useState(false);
  const running = jobs.findLast((job) => job.state === 'running' || job.state === 'cancelling');
  const shown = running ?? jobs.find((job) => !isSettled(job)) ?? jobs[0];
  return (
    <div className={css.tray}>
      {shown === undefined ? <span>{t('No jobs running')}</span> : <JobLine job={shown} />}
      {jobs.length > 0 && (
        <Popover
          opened={opened}
          onChange={setOpened}
          position="top-start"
          width="min(520px, calc(100vw - 24px))"
          trapFocus
          returnFocus
        >
          <Popover.Target>
            <button
              type="button"
              className={css.all}
              aria-expanded={opened}
              onClick={() => setOpened(!opened)}
            >
              {t('{{count}} jobs', { count: jobs.length })}
            </button>
          </Popover.Target>
          <Popover.Dropdown className={cx(css.dropdown)} aria-label={t('Jobs')}>
            <JobList jobs={jobs} onLeave={() => setOpened(false)} />
          </Popover.Dropdown>
        </Popover>
      )}
    </div>
  );
}

function JobLine({ job }: { readonly job: JobState }) {
  const cancel = useWorkspace((state) => state.cancelJob);
  const readOnly = useWorkspace((state) => state.info?.readOnly ?? false);
  const settled = isSettled(job);
  return (
    <>
      <strong className={css.lineTitle} title={escapeText(jobTitle(job))}>
        {escapeText(jobTitle(job))}
      </strong>
      {!settled && (
        <Progress
          className={cx(css.lineBar)}
          size={5}
          value={percent(job) ?? 0}
          aria-label={t('{{title}}: progress', { title: jobTitle(job) })}
        />
      )}
      <span className={cx(css.lineWords, job.state === 'failed' && css.failed)}>
        {job.state === 'failed' ? sentence(job.fault.message) : <JobSentence job={job} />}
      </span>
      {(job.state === 'running' || job.state === 'queued') && !readOnly && (
        <LinkButton onClick={() => void cancel(job.id)}>{t('Cancel')}</LinkButton>
      )}
      {job.state === 'done' && <OpenResult job={job} />}
    </>
  );
}

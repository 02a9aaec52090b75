import { Button } from '@mantine/core';
import type { Step } from '../../../shared/loading/steps.ts';
import { CONVERSION_JOBS } from '../../conversion/jobs/index.ts';
import { t } from '../../language/t.ts';
import { Command } from '../../parts/command.tsx';
import { sentence } from '../../parts/sentence.ts';
import { useApp } from '../../store/app-store.ts';
import css from './loading.module.css';

/** What must be done first, in order; a job on the open checkpoint is a click away. */
export function StepList({ steps }: { readonly steps: readonly Step[] }) {
  const checkpoint = useApp((state) => state.checkpoint);
  const openDraft = useApp((state) => state.openDraft);
  return (
    <section className={css.steps} aria-label={t('What must be done first')}>
      <h3>{t('What must be done first')}</h3>
      <ol>
        {steps.map(({ title, command, job }) => (
          <li key={title}>
            <div className={css.step}>
              <p>{sentence(title)}</p>
              {checkpoint && job?.path === checkpoint.path && (
                <Button variant="default" onClick={() => openDraft(job.job, job)}>
                  {CONVERSION_JOBS[job.job].verb(checkpoint)}…
                </Button>
              )}
            </div>
            {command !== undefined && <Command text={command} />}
          </li>
        ))}
      </ol>
    </section>
  );
}

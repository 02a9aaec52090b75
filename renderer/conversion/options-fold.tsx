import { Checkbox } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import type { JobName } from '../../shared/job-options.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { useApp } from '../store/app-store.ts';
import type { Draft, DraftOf } from '../store/drafts.ts';
import css from './conversion.module.css';
import { JobLimits } from './job-limits.tsx';
import { CONVERSION_JOBS } from './jobs/index.ts';

interface OptionsFoldProps<J extends JobName> {
  readonly draft: DraftOf<J>;
  readonly checkpoint: CheckpointSummary;
}

/** What few people change, folded away; the fold's title says what it would do. */
export function OptionsFold<J extends JobName>({ draft, checkpoint }: OptionsFoldProps<J>) {
  const [opened, setOpened] = useState(false);
  const region = useId();
  const { Options, optionWords } = CONVERSION_JOBS[draft.job];
  const words = [...(optionWords?.(checkpoint) ?? []), t('checking'), t('report'), t('threads and memory')];
  return (
    <div>
      <button
        type="button"
        className={css.fold}
        aria-expanded={opened}
        aria-controls={region}
        onClick={() => setOpened(!opened)}
      >
        <IconChevronRight size={13} className={cx(css.chevron, opened && css.open)} aria-hidden />
        {t('Options: {{list}}', { list: words.join(t(', ')) })}
      </button>
      {/* Stays mounted: what was typed is still there when the fold is opened again. */}
      <div id={region} hidden={!opened} className={css.options}>
        {Options && <Options draft={draft} />}
        <CommonOptions draft={draft} />
      </div>
    </div>
  );
}

function CommonOptions({ draft }: { readonly draft: Draft }) {
  const change = useApp((state) => state.changeDraft);
  return (
    <>
      <Checkbox
        label={t('Check the result before it gets its name')}
        description={t(
          'Reads everything again and compares it with the source: about as long as writing it.',
        )}
        checked={draft.verify ?? true}
        onChange={(event) => change({ verify: event.currentTarget.checked })}
      />
      <Checkbox
        label={t('Go on where a run that was killed stopped')}
        description={t('Takes over what the same job has written and checked; else it starts anew.')}
        checked={draft.resume ?? true}
        onChange={(event) => change({ resume: event.currentTarget.checked })}
      />
      <Checkbox
        label={t('Write a report beside the result')}
        description={t('shardscope-report.json: where each tensor came from, and its CRC-32.')}
        checked={draft.report ?? true}
        onChange={(event) => change({ report: event.currentTarget.checked })}
      />
      <JobLimits {...draft} onChange={change} />
    </>
  );
}

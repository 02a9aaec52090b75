import { Checkbox } from '@mantine/core';
import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import type { JobName } from '../../shared/job-options.ts';
import { t } from '../language/t.ts';
import { useApp } from '../store/app-store.ts';
import { type Draft, type DraftOf, takesStrategy } from '../store/drafts.ts';
import { CopiesFields } from './copies.tsx';
import { Fold } from './fold.tsx';
import { JobLimits } from './job-limits.tsx';
import { CONVERSION_JOBS } from './jobs/index.ts';

interface OptionsFoldProps<J extends JobName> {
  readonly draft: DraftOf<J>;
  readonly checkpoint: CheckpointSummary;
}

/** What few people change, folded away; the fold's title says what it would do. */
export function OptionsFold<J extends JobName>({ draft, checkpoint }: OptionsFoldProps<J>) {
  const { Options, optionWords } = CONVERSION_JOBS[draft.job];
  const change = useApp((state) => state.changeDraft);
  const asked: Draft = draft;
  const copies = takesStrategy(asked) && checkpoint.ranks.length > 1 ? asked : undefined;
  const words = [
    ...(optionWords?.(checkpoint) ?? []),
    ...(copies ? [t('copies that differ')] : []),
    ...[t('checking'), t('report'), t('threads and memory')],
  ];
  return (
    <Fold title={t('Options: {{list}}', { list: words.join(t(', ')) })}>
      {Options && <Options draft={draft} />}
      {copies && <CopiesFields {...copies} onChange={change} />}
      <CommonOptions draft={draft} />
    </Fold>
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

import { Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { t } from '../language/t.ts';
import { LinkButton } from '../parts/link-button.tsx';
import { useApp } from '../store/app-store.ts';
import css from './conversion.module.css';
import type { FieldsProps } from './jobs/job.ts';
import { PathField } from './path-field.tsx';
import { parseRanks } from './rank-ranges.ts';
import { ParallelLayout } from './strategy/parallel-layout.tsx';

type TargetProps = FieldsProps<'slice'> | FieldsProps<'reshard'>;

/** The strategy to cut for: nobody can find that out, so it is asked first. It can be written here, too. */
export function TargetStrategy({ draft }: TargetProps) {
  const change = useApp((state) => state.changeDraft);
  const opened = useApp((state) => state.opened);
  const [writing, setWriting] = useState(false);
  if (writing && opened)
    return (
      <ParallelLayout
        source={opened}
        onCancel={() => setWriting(false)}
        onWritten={(dstStrategy) => {
          setWriting(false);
          change({ dstStrategy });
        }}
      />
    );
  return (
    <div>
      <PathField
        label={t('Strategy to cut for')}
        description={t(
          'The strategy folder or file of the run that is to load the result, usually output/strategy.',
        )}
        purpose="strategy"
        folders
        first
        value={draft.dstStrategy}
        onChange={(dstStrategy) => change({ dstStrategy })}
      />
      <p className={css.aside}>
        {t('Or')}{' '}
        <LinkButton onClick={() => setWriting(true)}>{t('write one for a parallel layout…')}</LinkButton>
      </p>
    </div>
  );
}

export const rankOptionWords = () => [t('without redundancy'), t('some ranks only')];

export function RankOptions({ draft }: TargetProps) {
  const change = useApp((state) => state.changeDraft);
  const [ranks, setRanks] = useState('');
  const parsed = parseRanks(ranks);
  return (
    <>
      <Checkbox
        label={t('Without redundancy')}
        description={t(
          'Each slice goes to one rank only. MindSpore Transformers loads it with remove_redundancy: True.',
        )}
        checked={draft.removeRedundancy ?? false}
        onChange={(event) => change({ removeRedundancy: event.currentTarget.checked })}
      />
      <TextInput
        className={css.narrow ?? ''}
        label={t('Only these ranks')}
        placeholder={t('all, or 0-7, 12')}
        value={ranks}
        error={parsed === undefined && t('Give ranks as in 0-7, 12.')}
        onChange={(event) => {
          const text = event.currentTarget.value;
          setRanks(text);
          const wanted = parseRanks(text);
          if (wanted) change({ ranks: wanted.length > 0 ? wanted : undefined });
        }}
      />
    </>
  );
}

import { Checkbox, TagsInput, TextInput } from '@mantine/core';
import { Trans } from 'react-i18next';
import { formatBytes } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { Size } from '../../parts/size.tsx';
import { useApp } from '../../store/app-store.ts';
import { Choice } from '../choice.tsx';
import css from '../conversion.module.css';
import { ShardSize } from '../shard-size.tsx';
import type { ConversionJob, FieldsProps } from './job.ts';

/** Complete weights from the slices of all ranks; complete weights are written in other parts. */
export const merge: ConversionJob<'merge'> = {
  label: ({ ranks }) => (ranks.length > 0 ? t('Merge into one model') : t('Write in other file sizes')),
  title: (_, { ranks }) =>
    ranks.length > 0
      ? t('Merge {{count}} ranks into one model', { count: ranks.length })
      : t('Write in other file sizes'),
  verb: ({ ranks }) => (ranks.length > 0 ? t('Merge') : t('Write')),
  Options: MergeOptions,
  optionWords: ({ optimizer }) => [
    ...(optimizer.tensors > 0
      ? [t('leave out optimizer state (saves {{bytes}})', { bytes: formatBytes(optimizer.bytes) })]
      : []),
    t('Hugging Face files'),
    'dtype',
    t('shard size'),
    t('filters'),
  ],
};

function MergeOptions({ draft }: FieldsProps<'merge'>) {
  const optimizer = useApp((state) => state.checkpoint?.optimizer);
  const distributed = useApp((state) => (state.checkpoint?.ranks.length ?? 0) > 0);
  const change = useApp((state) => state.changeDraft);
  return (
    <>
      {optimizer && optimizer.tensors > 0 && (
        <Checkbox
          label={
            <Trans
              i18nKey="Leave out optimizer state, saves <size/>"
              components={{ size: <Size bytes={optimizer.bytes} /> }}
            />
          }
          description={t('Training cannot be resumed from the result; loading it for inference is faster.')}
          checked={draft.weightsOnly ?? false}
          onChange={(event) => change({ weightsOnly: event.currentTarget.checked })}
        />
      )}
      <div className={css.pair}>
        <Choice
          label={t('Files named as')}
          value={draft.names ?? 'mindspore'}
          choices={[
            ['mindspore', 'MindSpore'],
            ['huggingface', 'Hugging Face'],
          ]}
          onChange={(names) => change({ names })}
        />
        <Choice
          label={t('Floating-point weights as')}
          value={draft.dtype ?? 'kept'}
          choices={[
            ['kept', t('they are')],
            ['F32', 'F32'],
            ['F16', 'F16'],
            ['BF16', 'BF16'],
          ]}
          onChange={(dtype) => change({ dtype: dtype === 'kept' ? undefined : dtype })}
        />
        <ShardSize bytes={draft.maxShardBytes} />
        {distributed && (
          <Choice
            label={t('Saved with redundancy')}
            value={draft.hasRedundancy ?? 'auto'}
            choices={[
              ['auto', t('Find out')],
              ['true', t('Yes')],
              ['false', t('No')],
            ]}
            onChange={(hasRedundancy) => change({ hasRedundancy })}
          />
        )}
      </div>
      {draft.dtype && (
        <Checkbox
          label={t('Fail when a value is too large for {{dtype}}', { dtype: draft.dtype })}
          description={t('Otherwise it becomes infinite, and the result says how many did.')}
          checked={draft.failOnOverflow ?? false}
          onChange={(event) => change({ failOnOverflow: event.currentTarget.checked })}
        />
      )}
      <div className={css.fields}>
        <TagsInput
          label={t('Leave out parameters whose names begin with')}
          placeholder="adam_m., accu_grads."
          value={[...(draft.filterOutParamPrefix ?? [])]}
          onChange={(filterOutParamPrefix) => change({ filterOutParamPrefix })}
          clearable
        />
        <TextInput
          label={t('Leave out parameters whose names match')}
          placeholder="layers\.(2|3)\..*bias$"
          classNames={{ input: css.mono ?? '' }}
          spellCheck={false}
          value={draft.filterOutRegex ?? ''}
          onChange={(event) => change({ filterOutRegex: event.currentTarget.value || undefined })}
        />
      </div>
    </>
  );
}

import { Checkbox, NumberInput, TagsInput, TextInput } from '@mantine/core';
import { formatBytes } from '../../../shared/text/units.ts';
import { Size } from '../../parts/size.tsx';
import { counted } from '../../parts/words.ts';
import { useApp } from '../../store/app-store.ts';
import { Choice } from '../choice.tsx';
import css from '../conversion.module.css';
import { ShardSize } from '../shard-size.tsx';
import type { ConversionJob, FieldsProps } from './job.ts';

/** Complete weights from the slices of all ranks; complete weights are written in other parts. */
export const merge: ConversionJob<'merge'> = {
  label: ({ ranks }) => (ranks.length > 0 ? 'Merge into one model' : 'Write in other file sizes'),
  title: (_, { ranks }) =>
    ranks.length > 0 ? `Merge ${counted(ranks.length, 'rank')} into one model` : 'Write in other file sizes',
  verb: ({ ranks }) => (ranks.length > 0 ? 'Merge' : 'Write'),
  Options: MergeOptions,
  optionWords: ({ optimizer }) => [
    ...(optimizer.tensors > 0 ? [`leave out optimizer state (saves ${formatBytes(optimizer.bytes)})`] : []),
    'Hugging Face files',
    'copies that differ',
    'dtype',
    'shard size',
    'filters',
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
            <>
              Leave out optimizer state, saves <Size bytes={optimizer.bytes} />
            </>
          }
          description="Training cannot be resumed from the result; loading it for inference is faster."
          checked={draft.weightsOnly ?? false}
          onChange={(event) => change({ weightsOnly: event.currentTarget.checked })}
        />
      )}
      <div className={css.pair}>
        <Choice
          label="Files named as"
          value={draft.names ?? 'mindspore'}
          choices={[
            ['mindspore', 'MindSpore'],
            ['huggingface', 'Hugging Face'],
          ]}
          onChange={(names) => change({ names })}
        />
        <Choice
          label="Floating-point weights as"
          value={draft.dtype ?? 'kept'}
          choices={[
            ['kept', 'they are'],
            ['F32', 'F32'],
            ['F16', 'F16'],
            ['BF16', 'BF16'],
          ]}
          onChange={(dtype) => change({ dtype: dtype === 'kept' ? undefined : dtype })}
        />
        <ShardSize bytes={draft.maxShardBytes} />
        {distributed && (
          <Choice
            label="Saved with redundancy"
            value={draft.hasRedundancy ?? 'auto'}
            choices={[
              ['auto', 'Find out'],
              ['true', 'Yes'],
              ['false', 'No'],
            ]}
            onChange={(hasRedundancy) => change({ hasRedundancy })}
          />
        )}
        {distributed && (
          <NumberInput
            label="Where copies of a slice differ, take those of rank"
            placeholder="copies are not compared"
            min={0}
            allowDecimal={false}
            value={draft.onConflict ?? ''}
            onChange={(rank) => change({ onConflict: typeof rank === 'number' ? rank : undefined })}
          />
        )}
      </div>
      {draft.dtype && (
        <Checkbox
          label={`Fail when a value is too large for ${draft.dtype}`}
          description="Otherwise it becomes infinite, and the result says how many did."
          checked={draft.failOnOverflow ?? false}
          onChange={(event) => change({ failOnOverflow: event.currentTarget.checked })}
        />
      )}
      <div className={css.fields}>
        <TagsInput
          label="Leave out parameters whose names begin with"
          placeholder="adam_m., accu_grads."
          value={[...(draft.filterOutParamPrefix ?? [])]}
          onChange={(filterOutParamPrefix) => change({ filterOutParamPrefix })}
          clearable
        />
        <TextInput
          label="Leave out parameters whose names match"
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

import { Checkbox } from '@mantine/core';
import { t } from '../../language/t.ts';
import { useApp } from '../../store/app-store.ts';
import { Choice } from '../choice.tsx';
import css from '../conversion.module.css';
import { ShardSize } from '../shard-size.tsx';
import type { ConversionJob, FieldsProps } from './job.ts';

const OWNERS = { mindspore: 'MindSpore', huggingface: 'Hugging Face' } as const;

/** Weights under the names that the other world has for them. */
export const rename: ConversionJob<'rename'> = {
  label: ({ naming }) => convertTo(naming === 'huggingface' ? 'mindspore' : 'huggingface'),
  title: ({ to }) => convertTo(to),
  verb: () => t('Convert'),
  Options: RenameOptions,
  optionWords: ({ naming }) => [...(naming === 'huggingface' ? [t('join q, k, v')] : []), t('shard size')],
};

function convertTo(owner: keyof typeof OWNERS): string {
  return t('Convert to {{owner}} names', { owner: OWNERS[owner] });
}

function RenameOptions({ draft }: FieldsProps<'rename'>) {
  const change = useApp((state) => state.changeDraft);
  return (
    <>
      {draft.to === 'mindspore' && (
        <Checkbox
          label={t('Join q, k, v and gate, up')}
          description={t(
            'As models with qkv_concat: True hold them: w_qkv and w_gate_hidden. Needs config.json beside the weights.',
          )}
          checked={draft.qkvConcat ?? false}
          onChange={(event) => change({ qkvConcat: event.currentTarget.checked })}
        />
      )}
      <div className={css.pair}>
        <Choice
          label={t('Names of')}
          value={draft.to}
          choices={[
            ['mindspore', OWNERS.mindspore],
            ['huggingface', OWNERS.huggingface],
          ]}
          onChange={(to) => change({ to })}
        />
        <ShardSize bytes={draft.maxShardBytes} />
      </div>
    </>
  );
}

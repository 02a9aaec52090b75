import { Checkbox, TextInput } from '@mantine/core';
import { t } from '../../language/t.ts';
import { useApp } from '../../store/app-store.ts';
import css from '../conversion.module.css';
import { PathField } from '../path-field.tsx';
import type { ConversionJob, FieldsProps } from './job.ts';

const FORMATS = { safetensors: 'safetensors', ckpt: '.ckpt' } as const;

/** The same tensors in MindSpore's other format, file by file. */
export const convert: ConversionJob<'convert'> = {
  label: ({ format }) => convertTo(format === 'safetensors' ? 'ckpt' : 'safetensors'),
  title: ({ to }) => convertTo(to),
  verb: () => t('Convert'),
  Options: ConvertOptions,
  optionWords: ({ ranks }) => [t('new names'), ...(ranks.length > 0 ? [t('some files only')] : []), 'CRC'],
};

function convertTo(format: keyof typeof FORMATS): string {
  return t('Convert to {{format}}', { format: FORMATS[format] });
}

function ConvertOptions({ draft }: FieldsProps<'convert'>) {
  const distributed = useApp((state) => (state.checkpoint?.ranks.length ?? 0) > 0);
  const change = useApp((state) => state.changeDraft);
  return (
    <>
      <PathField
        label={t('New names')}
        description={t('A JSON file {old name: new name}; parameters that it does not name keep theirs.')}
        purpose="nameMap"
        value={draft.nameMap}
        onChange={(nameMap) => change({ nameMap })}
      />
      {distributed && (
        <TextInput
          label={t('Only files whose name matches')}
          placeholder="-1_20\.safetensors$"
          classNames={{ input: css.mono ?? '' }}
          spellCheck={false}
          value={draft.fileNameRegex ?? ''}
          onChange={(event) => change({ fileNameRegex: event.currentTarget.value || undefined })}
        />
      )}
      <Checkbox
        label={t('Write a checksum into each file')}
        description={t(
          'A CRC-32 that MindSpore compares when it is told to; costs one more pass over the values.',
        )}
        checked={draft.crc ?? false}
        onChange={(event) => change({ crc: event.currentTarget.checked })}
      />
    </>
  );
}

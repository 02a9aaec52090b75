import { Checkbox, TextInput } from '@mantine/core';
import { useApp } from '../../store/app-store.ts';
import css from '../conversion.module.css';
import { PathField } from '../path-field.tsx';
import type { ConversionJob, FieldsProps } from './job.ts';

const FORMATS = { safetensors: 'safetensors', ckpt: '.ckpt' } as const;

/** The same tensors in MindSpore's other format, file by file. */
export const convert: ConversionJob<'convert'> = {
  label: ({ format }) => `Convert to ${format === 'safetensors' ? FORMATS.ckpt : FORMATS.safetensors}`,
  title: ({ to }) => `Convert to ${FORMATS[to]}`,
  verb: () => 'Convert',
  Options: ConvertOptions,
  optionWords: ({ ranks }) => ['new names', ...(ranks.length > 0 ? ['some files only'] : []), 'CRC'],
};

function ConvertOptions({ draft }: FieldsProps<'convert'>) {
  const distributed = useApp((state) => (state.checkpoint?.ranks.length ?? 0) > 0);
  const change = useApp((state) => state.changeDraft);
  return (
    <>
      <PathField
        label="New names"
        description="A JSON file {old name: new name}; parameters that it does not name keep theirs."
        purpose="nameMap"
        value={draft.nameMap}
        onChange={(nameMap) => change({ nameMap })}
      />
      {distributed && (
        <TextInput
          label="Only files whose name matches"
          placeholder="-1_20\.safetensors$"
          classNames={{ input: css.mono ?? '' }}
          spellCheck={false}
          value={draft.fileNameRegex ?? ''}
          onChange={(event) => change({ fileNameRegex: event.currentTarget.value || undefined })}
        />
      )}
      <Checkbox
        label="Write a checksum into each file"
        description="A CRC-32 that MindSpore compares when it is told to; costs one more pass over the values."
        checked={draft.crc ?? false}
        onChange={(event) => change({ crc: event.currentTarget.checked })}
      />
    </>
  );
}

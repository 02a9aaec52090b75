import { ActionIcon, Button, Textarea, TextInput } from '@mantine/core';
import { IconArrowBackUp, IconTrash } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import type { MetadataEntry } from '../../../shared/files.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { lastPart } from '../../parts/words.ts';
import { useApp } from '../../store/app-store.ts';
import { useFileDetail, useLoadedDetail } from '../../views/files/use-files.ts';
import type { ConversionJob, FieldsProps } from './job.ts';
import css from './metadata.module.css';

/** One safetensors file with other metadata. */
export const metadata: ConversionJob<'metadata'> = {
  label: () => t('Edit metadata'),
  title: ({ path }) => t('Edit the metadata of {{path}}', { path: lastPart(path) }),
  verb: () => t('Write the file'),
  Asked: MetadataFields,
};

/** Every key of the file, to be changed or removed, and those that are to be new. */
function MetadataFields({ draft }: FieldsProps<'metadata'>) {
  useLoadedDetail(draft.path);
  const detail = useFileDetail(draft.path);
  const fault = useApp((state) => state.fileDetailFault);
  const change = useApp((state) => state.changeDraft);
  const { set = [], remove = [] } = draft;
  if (fault) return <FaultNote fault={fault} />;
  const entries = detail?.metadata ?? [];
  const known = new Set(entries.map(({ key }) => key));
  const added = set.filter(([key]) => !known.has(key));

  const put = (key: string, value: string | undefined) => {
    const original = entries.find((entry) => entry.key === key)?.value;
    const others = set.filter(([name]) => name !== key);
    const changed = value !== undefined && value !== original;
    change({ set: changed ? [...others, [key, value]] : others });
  };
  return (
    <fieldset className={css.fields} aria-label={t('Metadata')}>
      <p className={css.lead}>
        {t(
          'A new file is written; the tensors in it are the same, byte for byte. The file itself stays as it is.',
        )}
      </p>
      {entries.map((entry) => (
        <KnownKey
          key={entry.key}
          entry={entry}
          value={set.find(([key]) => key === entry.key)?.[1]}
          removed={remove.includes(entry.key)}
          onChange={(value) => put(entry.key, value)}
          onRemove={(removed) => {
            const others = remove.filter((key) => key !== entry.key);
            change({
              remove: removed ? [...others, entry.key] : others,
              set: set.filter(([key]) => key !== entry.key),
            });
          }}
        />
      ))}
      {added.map(([key, value]) => (
        <Row key={key} name={key}>
          <Value name={key} value={value} onChange={(next) => put(key, next)} />
          <Remove name={key} onClick={() => put(key, undefined)} />
        </Row>
      ))}
      <NewKey taken={new Set([...known, ...added.map(([key]) => key)])} onAdd={put} />
    </fieldset>
  );
}

interface KnownKeyProps {
  readonly entry: MetadataEntry;
  /** As it is to be; as it is when absent. */
  readonly value: string | undefined;
  readonly removed: boolean;
  readonly onChange: (value: string) => void;
  readonly onRemove: (removed: boolean) => void;
}

function KnownKey({ entry, value, removed, onChange, onRemove }: KnownKeyProps) {
  const { key, length } = entry;
  const isCut = length > entry.value.length;
  // A checksum is of the tensors, and a key with a '=' cannot be said on the command line.
  const fixed = key === 'crc_num' || key.includes('=') || isCut;
  return (
    <Row name={key} removed={removed} changed={value !== undefined}>
      {removed ? (
        <span className={css.gone}>{t('removed')}</span>
      ) : (
        <Value name={key} value={value ?? entry.value} {...(!fixed && { onChange })} />
      )}
      {removed ? (
        <ActionIcon
          aria-label={t('Keep {{key}}', { key: escapeText(key, 60) })}
          onClick={() => onRemove(false)}
        >
          <IconArrowBackUp size={15} />
        </ActionIcon>
      ) : (
        <Remove name={key} onClick={() => onRemove(true)} />
      )}
    </Row>
  );
}

interface RowProps {
  readonly name: string;
  readonly removed?: boolean;
  readonly changed?: boolean;
  readonly children: React.ReactNode;
}

function Row({ name, removed = false, changed = false, children }: RowProps) {
  return (
    <div className={css.row}>
      <span className={cx(css.key, removed && css.struck, changed && css.changed)}>{escapeText(name)}</span>
      {children}
    </div>
  );
}

interface ValueProps {
  readonly name: string;
  readonly value: string;
  /** Cannot be changed when absent. */
  readonly onChange?: (value: string) => void;
}

function Value({ name, value, onChange }: ValueProps) {
  return (
    <Textarea
      aria-label={t('Value of {{key}}', { key: escapeText(name, 60) })}
      classNames={{ input: css.input ?? '' }}
      autosize
      minRows={1}
      maxRows={6}
      spellCheck={false}
      readOnly={onChange === undefined}
      value={value}
      onChange={(event) => onChange?.(event.currentTarget.value)}
    />
  );
}

function Remove({ name, onClick }: { readonly name: string; readonly onClick: () => void }) {
  return (
    <ActionIcon aria-label={t('Remove {{key}}', { key: escapeText(name, 60) })} onClick={onClick}>
      <IconTrash size={15} stroke={1.6} />
    </ActionIcon>
  );
}

interface NewKeyProps {
  readonly taken: ReadonlySet<string>;
  readonly onAdd: (key: string, value: string) => void;
}

function NewKey({ taken, onAdd }: NewKeyProps) {
  const [key, setKey] = useState('');
  const [value, setValue] = useState('');
  const wrong = taken.has(key)
    ? t('The file has this key.')
    : key.includes('=')
      ? t('A key has no = in it.')
      : key === 'crc_num'
        ? t('It is the checksum of the tensors.')
        : undefined;
  const add = () => {
    if (key === '' || wrong !== undefined) return;
    onAdd(key, value);
    setKey('');
    setValue('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || key === '') return;
    // Not the whole dialog.
    event.preventDefault();
    add();
  };
  return (
    <div className={css.row}>
      <TextInput
        aria-label={t('New key')}
        placeholder={t('new key')}
        classNames={{ input: css.input ?? '' }}
        spellCheck={false}
        error={wrong}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <TextInput
        aria-label={t('Value of the new key')}
        placeholder={t('value')}
        classNames={{ input: css.input ?? '' }}
        spellCheck={false}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Button variant="default" disabled={key === '' || wrong !== undefined} onClick={add}>
        {t('Add')}
      </Button>
    </div>
  );
}

import { useState } from 'react';
import type { FileDetail, MetadataEntry } from '../../../shared/files.ts';
import type { TextColumn } from '../../../shared/table/text.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { t } from '../../language/t.ts';
import { CopyButton } from '../../parts/copy-button.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { TableMenu } from '../../parts/table-menu.tsx';
import css from './files.module.css';

/** Characters shown of a value until all of it is asked for. */
const AT_FIRST = 300;

/** Keys with their values as the file says them, to be read and copied. */
export function MetadataTable({ detail: { metadata, tensorCount } }: { readonly detail: FileDetail }) {
  if (tensorCount === undefined) return null;
  return (
    <section className={css.metadata} aria-label={t('Metadata')}>
      <div className={css.heading}>
        <h3>{t('Metadata')}</h3>
        {metadata.length > 0 && (
          <TableMenu what={t('metadata')} name="metadata" columns={COLUMNS} rows={metadata} />
        )}
      </div>
      {metadata.length === 0 ? (
        <p className={css.lead}>{t('The file says nothing about itself.')}</p>
      ) : (
        <dl>
          {metadata.map((entry) => (
            <Entry key={entry.key} entry={entry} />
          ))}
        </dl>
      )}
    </section>
  );
}

const COLUMNS: readonly TextColumn<MetadataEntry>[] = [
  { heading: 'Key', key: 'key', value: ({ key }) => key },
  { heading: 'Value', key: 'value', value: ({ value }) => value },
];

function Entry({ entry: { key, value, length } }: { readonly entry: MetadataEntry }) {
  const [whole, setWhole] = useState(value.length <= AT_FIRST);
  const cut = length - value.length;
  return (
    <div className={css.entry}>
      <dt>{escapeText(key)}</dt>
      <dd>
        <div>
          <span className={css.value}>{escapeText(value, whole ? Number.POSITIVE_INFINITY : AT_FIRST)}</span>
          {!whole && <LinkButton onClick={() => setWhole(true)}>{t('Show all of it')}</LinkButton>}
          {whole && cut > 0 && (
            <span className={css.quiet}> {t('and {{count}} more characters', { count: cut })}</span>
          )}
        </div>
        <CopyButton text={value} label={t('Copy the value of {{key}}', { key: escapeText(key, 60) })} />
      </dd>
    </div>
  );
}

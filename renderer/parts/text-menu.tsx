import { Button, Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useState } from 'react';
import { asFault, type Fault } from '../../shared/errors.ts';
import { MAX_TEXT, refuseText, type TableFormat } from '../../shared/table/text.ts';
import { t } from '../language/t.ts';
import { download } from './download.ts';
import { sentence } from './sentence.ts';

export interface TextMenuProps {
  /** What the rows are, in the plural. */
  readonly what: string;
  /** Of a saved file, without its ending. */
  readonly name: string;
  /** How many, in words: "1,155 layouts". */
  readonly label: string;
  readonly count: number;
  /** What else can be copied: its label, and its text. */
  readonly more?: readonly (readonly [label: string, text: () => string | Promise<string>])[];
  /** How many rows a file has, in words, where that is not how many are copied. */
  readonly fileLabel?: string;
}

/** The rows as text, which may have to be asked for; part by part where they may be too many for one text. */
export type TextSource =
  | { readonly text: (format: TableFormat) => string | Promise<string>; readonly parts?: Parts }
  | { readonly text?: never; readonly parts: Parts };

type Parts = (format: TableFormat) => AsyncIterable<string>;

type FileFormat = 'csv' | 'json';

const COPIES: readonly TableFormat[] = ['tsv', 'csv', 'json', 'markdown'];
const FILES: readonly (readonly [FileFormat, string])[] = [
  ['csv', 'text/csv'],
  ['json', 'application/json'],
];

function formatWords(format: TableFormat): string {
  switch (format) {
    case 'tsv':
      return t('As a table (TSV)');
    case 'json':
      return t('As JSON');
    case 'markdown':
      return t('As Markdown');
    case 'csv':
      return t('As CSV');
  }
}

const TABLE_MENU = 'data-table-menu';

/** Opens the first menu of a tab that copies or saves a table. */
export function clickTableMenu(pane: Element | null): void {
  const button = pane?.querySelector<HTMLElement>(`[${TABLE_MENU}]:not(:disabled)`);
  button?.focus();
  button?.click();
}

/** Copies a table as text, in the order that is shown, or saves it as a file. */
export function TextMenu(props: TextMenuProps & TextSource) {
  const { what, name, label, count, more = [], fileLabel, parts } = props;
  const text = (format: TableFormat) =>
    props.text ? props.text(format) : joined(props.parts(format), count);
  const clipboard = useClipboard({ timeout: 1500 });
  const [saving, setSaving] = useState(false);
  const [failed, setFailed] = useState<Fault>();

  const attempt = async (act: () => Promise<void>) => {
    setFailed(undefined);
    await act().catch((error: unknown) => setFailed(asFault(error)));
  };
  const copy = (make: () => string | Promise<string>) =>
    void attempt(async () => clipboard.copy(await make()));
  const save = (format: FileFormat, type: string) =>
    void attempt(async () => {
      setSaving(true);
      try {
        const pieces: Blob[] = [];
        // The browser keeps large blobs on disk: a file may have more rows than the page has memory for.
        if (parts) for await (const part of parts(format)) pieces.push(new Blob([part]));
        else pieces.push(new Blob([await text(format)]));
        download(new Blob(pieces, { type }), `${name}.${format}`);
      } finally {
        setSaving(false);
      }
    });

  const wrong = failed !== undefined || clipboard.error !== null;
  return (
    <Menu>
      <Menu.Target>
        <Button
          variant="default"
          {...{ [TABLE_MENU]: true }}
          aria-label={t('Copy or save {{what}}', { what })}
          title={failed && sentence(failed.message)}
          disabled={count === 0}
          loading={saving}
        >
          {clipboard.copied ? t('Copied') : wrong ? t('Not copied') : t('Copy')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {failed && (
          <Menu.Label role="alert">
            {sentence(failed.message)} {sentence(failed.advice)}
          </Menu.Label>
        )}
        <Menu.Label>{t('Copy {{label}}', { label })}</Menu.Label>
        {COPIES.map((format) => (
          <Menu.Item key={format} onClick={() => copy(() => text(format))}>
            {formatWords(format)}
          </Menu.Item>
        ))}
        {more.map(([words, make]) => (
          <Menu.Item key={words} onClick={() => copy(make)}>
            {words}
          </Menu.Item>
        ))}
        <Menu.Label>{fileLabel ?? t('Save a file')}</Menu.Label>
        {FILES.map(([format, type]) => (
          <Menu.Item key={format} onClick={() => save(format, type)}>
            {formatWords(format)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

async function joined(parts: AsyncIterable<string>, rows: number): Promise<string> {
  let text = '';
  for await (const part of parts) {
    text += part;
    if (text.length > MAX_TEXT) refuseText(rows);
  }
  return text;
}

import { Button, Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { TableFormat } from '../../shared/table/text.ts';
import { t } from '../language/t.ts';
import { download } from './download.ts';

interface TextMenuProps {
  /** What the rows are, in the plural. */
  readonly what: string;
  /** Of a saved file, without its ending. */
  readonly name: string;
  /** How many, in words: "1,155 layouts". */
  readonly label: string;
  readonly count: number;
  /** The rows as text; may have to be asked for. */
  readonly text: (format: TableFormat) => string | Promise<string>;
}

const COPIES: readonly TableFormat[] = ['tsv', 'json', 'markdown'];

const FILES: readonly (readonly ['csv' | 'json', string])[] = [
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
export function TextMenu({ what, name, label, count, text }: TextMenuProps) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Menu>
      <Menu.Target>
        <Button
          variant="default"
          {...{ [TABLE_MENU]: true }}
          aria-label={t('Copy or save {{what}}', { what })}
          disabled={count === 0}
        >
          {clipboard.copied ? t('Copied') : clipboard.error ? t('Not copied') : t('Copy')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('Copy {{label}}', { label })}</Menu.Label>
        {COPIES.map((format) => (
          <Menu.Item key={format} onClick={async () => clipboard.copy(await text(format))}>
            {formatWords(format)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('Save a file')}</Menu.Label>
        {FILES.map(([format, type]) => (
          <Menu.Item
            key={format}
            onClick={async () => download(new Blob([await text(format)], { type }), `${name}.${format}`)}
          >
            {formatWords(format)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

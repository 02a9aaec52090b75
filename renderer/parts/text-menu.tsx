import { Button, Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { TableFormat } from '../../shared/table/text.ts';
import { download } from './download.ts';

interface TextMenuProps {
  /** What the rows are, in the plural, and the name of a saved file: "layouts". */
  readonly what: string;
  /** How many, in words: "1,155 layouts". */
  readonly label: string;
  readonly count: number;
  /** The rows as text; may have to be asked for. */
  readonly text: (format: TableFormat) => string | Promise<string>;
}

const COPIES: readonly (readonly [TableFormat, string])[] = [
  ['tsv', 'As a table (TSV)'],
  ['json', 'As JSON'],
  ['markdown', 'As Markdown'],
];

const FILES: readonly (readonly ['csv' | 'json', string, string])[] = [
  ['csv', 'As CSV', 'text/csv'],
  ['json', 'As JSON', 'application/json'],
];

const TABLE_MENU = 'data-table-menu';

/** Opens the first menu in sight that copies or saves a table. */
export function clickTableMenu(): void {
  const button = document.querySelector<HTMLElement>(`main [${TABLE_MENU}]:not(:disabled)`);
  button?.focus();
  button?.click();
}

/** Copies a table as text, in the order that is shown, or saves it as a file. */
export function TextMenu({ what, label, count, text }: TextMenuProps) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Menu>
      <Menu.Target>
        <Button
          variant="default"
          {...{ [TABLE_MENU]: true }}
          aria-label={`Copy or save ${what}`}
          disabled={count === 0}
        >
          {clipboard.copied ? 'Copied' : clipboard.error ? 'Not copied' : 'Copy'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Copy {label}</Menu.Label>
        {COPIES.map(([format, words]) => (
          <Menu.Item key={format} onClick={async () => clipboard.copy(await text(format))}>
            {words}
          </Menu.Item>
        ))}
        <Menu.Label>Save a file</Menu.Label>
        {FILES.map(([format, words, type]) => (
          <Menu.Item
            key={format}
            onClick={async () =>
              download(new Blob([await text(format)], { type }), `${what.replaceAll(' ', '-')}.${format}`)
            }
          >
            {words}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

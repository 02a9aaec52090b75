import { Button, Menu } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { type TableFormat, type TextColumn, tableText } from '../../shared/table/text.ts';
import { formatCount } from '../../shared/text/units.ts';
import { download } from './download.ts';

interface TableMenuProps<R> {
  /** What the rows are, in the plural, and the name of a saved file: "layouts". */
  readonly what: string;
  readonly columns: readonly TextColumn<R>[];
  readonly rows: readonly R[];
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

/** Copies a table's rows, in the order that is shown, or saves them as a file. */
export function TableMenu<R>({ what, columns, rows }: TableMenuProps<R>) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" aria-label={`Copy or save ${what}`} disabled={rows.length === 0}>
          {clipboard.copied ? 'Copied' : clipboard.error ? 'Not copied' : 'Copy'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          Copy {formatCount(rows.length)} {what}
        </Menu.Label>
        {COPIES.map(([format, label]) => (
          <Menu.Item key={format} onClick={() => clipboard.copy(tableText(columns, rows, format))}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Label>Save a file</Menu.Label>
        {FILES.map(([format, label, type]) => (
          <Menu.Item
            key={format}
            onClick={() =>
              download(
                new Blob([tableText(columns, rows, format)], { type }),
                `${what.replaceAll(' ', '-')}.${format}`,
              )
            }
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

import { type TextColumn, tableText } from '../../shared/table/text.ts';
import { formatCount } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';
import { TextMenu } from './text-menu.tsx';

interface TableMenuProps<R> {
  /** What the rows are, in the plural. */
  readonly what: string;
  /** Of a saved file, without its ending. */
  readonly name: string;
  readonly columns: readonly TextColumn<R>[];
  readonly rows: readonly R[];
}

/** Copies a table's rows, in the order that is shown, or saves them as a file. */
export function TableMenu<R>({ what, name, columns, rows }: TableMenuProps<R>) {
  return (
    <TextMenu
      what={what}
      name={name}
      label={t('{{number}} {{what}}', { number: formatCount(rows.length), what })}
      count={rows.length}
      text={(format) => tableText(columns, rows, format)}
    />
  );
}

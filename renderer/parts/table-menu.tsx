import { type TableFormat, type TextColumn, tableText } from '../../shared/table/text.ts';
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
  /** Those that are selected, where they are several: they are copied, all are saved. */
  readonly selected?: readonly R[];
}

/** Copies a table's rows, in the order that is shown, or saves them as a file. */
export function TableMenu<R>({ what, name, columns, rows, selected = [] }: TableMenuProps<R>) {
  const some = selected.length > 0;
  const number = formatCount(some ? selected.length : rows.length);
  return (
    <TextMenu
      what={what}
      name={name}
      label={some ? t('the {{number}} selected', { number }) : t('{{number}} {{what}}', { number, what })}
      count={rows.length}
      text={(format) => tableText(columns, some ? selected : rows, format)}
      {...(some && {
        parts: async function* (format: TableFormat) {
          yield tableText(columns, rows, format);
        },
        fileLabel: t('Save a file of all {{number}} shown', { number: formatCount(rows.length) }),
      })}
    />
  );
}

import { type ReactNode, useMemo } from 'react';
import { type RowSort, sortedRows } from '../../../shared/table/sort-rows.ts';
import { TableMenu } from '../../parts/table-menu.tsx';
import { useApp } from '../../store/app-store.ts';
import { type DataColumn, DataTable } from '../../table/data-table.tsx';
import { type RowSelectionOptions, useRowSelection } from '../../table/use-row-selection.ts';
import css from './redundancy.module.css';

const SAVED_MOST: RowSort = { heading: 'Saved', descending: true };

interface SortedTableProps<R> {
  /** Its name among the `sorts`. */
  readonly table: string;
  readonly title: string;
  readonly filter?: ReactNode;
  readonly lead?: ReactNode;
  /** Said in place of a table without rows. */
  readonly none?: string;
  readonly what: string;
  readonly label: string;
  readonly columns: readonly DataColumn<R>[];
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  readonly picked?: string | undefined;
  readonly onPick?: (row: R) => void;
  readonly shared?: RowSelectionOptions<R>['shared'];
  readonly marked?: (row: R) => boolean;
}

/** A table with its title and menu, sorted by what is saved at first. */
export function SortedTable<R>(props: SortedTableProps<R>) {
  const { table, title, filter, lead, none, what, label, columns, rows, keyOf } = props;
  const { picked, onPick, shared, marked } = props;
  const sort = useApp((state) => state.sorts[table]) ?? SAVED_MOST;
  const sortTable = useApp((state) => state.sortTable);
  // Not for every row that is chosen: there can be tens of thousands.
  const sorted = useMemo(() => sortedRows(columns, rows, sort), [columns, rows, sort]);
  const selection = useRowSelection({
    rows: sorted,
    keyOf,
    picked,
    ...(onPick && { onPick }),
    ...(shared && { shared }),
  });
  return (
    <section className={css.section}>
      <div className={css.heading}>
        <h3>{title}</h3>
        {filter}
        <TableMenu what={what} name={table} columns={columns} rows={sorted} selected={selection.several} />
      </div>
      {lead && <p className={css.lead}>{lead}</p>}
      {rows.length === 0 && none !== undefined ? (
        <p className={css.lead}>{none}</p>
      ) : (
        <DataTable
          label={label}
          columns={columns}
          rows={sorted}
          sort={sort}
          onSort={(next) => sortTable(table, next)}
          maxHeight="max(200px, 46vh)"
          narrowest={560}
          keyOf={keyOf}
          selection={selection}
          {...(marked && { marked })}
        />
      )}
    </section>
  );
}

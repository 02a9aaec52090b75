import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { RowSort } from '../../shared/table/sort-rows.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import css from './data-table.module.css';
import type { DataColumn } from './data-table.tsx';

interface HeadingProps<R> {
  readonly column: DataColumn<R>;
  readonly first: boolean;
  readonly sort: RowSort | undefined;
  readonly onSort: ((sort: RowSort) => void) | undefined;
}

/** What a column is called; a click sorts by it, another the other way round. */
export function Heading<R>({ column, first, sort, onSort }: HeadingProps<R>) {
  const { heading, sorts, end } = column;
  if (sorts === undefined || onSort === undefined)
    return (
      <th scope="col" className={cx(css.cell, first && css.first, end && css.end)}>
        {t(heading)}
      </th>
    );
  const sorted = sort?.heading === heading ? sort : undefined;
  const Arrow = sorted?.descending ? IconArrowDown : IconArrowUp;
  const descending = sorted ? !sorted.descending : sorts === 'descending';
  return (
    <th
      scope="col"
      aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none'}
      className={cx(css.cell, first && css.first, end && css.end)}
    >
      <button type="button" className={css.sort} onClick={() => onSort({ heading, descending })}>
        {t(heading)}
        {sorted && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  );
}

import { IconChevronRight } from '@tabler/icons-react';
import { memo } from 'react';
import type { TableRow } from '../../shared/checkpoint.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { MiddleText } from '../parts/middle-text.tsx';
import { Size } from '../parts/size.tsx';
import { CELLS } from './columns.tsx';
import css from './table.module.css';

export interface TensorRowProps {
  /** Id of the table; the row's begins with it. */
  readonly table: string;
  readonly row: TableRow | undefined;
  readonly index: number;
  readonly top: number;
  /** Visible columns behind the name, in order. */
  readonly columns: readonly string[];
  readonly selected: boolean;
  readonly cursor: boolean;
  readonly tree: boolean;
  /** Rows that are late show where they will be. */
  readonly late: boolean;
}

/** One row of the tensor table: a tensor, a group of tensors, or a row that is still on its way. */
export const TensorRowView = memo(function TensorRowView(props: TensorRowProps) {
  const { table, row, index, top, selected, cursor, tree } = props;
  return (
    <tr
      id={`${table}-${index}`}
      aria-rowindex={index + 2}
      aria-level={tree && row ? row.depth + 1 : undefined}
      aria-expanded={row?.type === 'group' ? row.expanded : undefined}
      aria-selected={row?.type === 'tensor' ? selected : undefined}
      className={cx(
        css.row,
        selected && css.selected,
        cursor && css.cursor,
        row?.type === 'group' && css.group,
      )}
      style={{ transform: `translateY(${top}px)` }}
    >
      {row === undefined ? (
        <Waiting {...props} />
      ) : row.type === 'group' ? (
        <Group {...props} row={row} />
      ) : (
        <Tensor {...props} row={row} />
      )}
    </tr>
  );
});

function Tensor({ row, columns, tree }: TensorRowProps & { row: TableRow & { type: 'tensor' } }) {
  return (
    <>
      <th scope="row" className={css.name} style={indent(tree ? row.depth : 0, tree)}>
        <MiddleText text={row.label} />
      </th>
      {columns.map((id) => {
        const cell = CELLS[id];
        return (
          <td key={id} className={cx(css.cell, cell?.end && css.end)}>
            {cell?.render(row)}
          </td>
        );
      })}
    </>
  );
}

function Group({ row, columns }: TensorRowProps & { row: TableRow & { type: 'group' } }) {
  return (
    <>
      <th scope="row" className={css.name} style={indent(row.depth, false)}>
        <IconChevronRight size={13} className={cx(css.chevron, row.expanded && css.open)} aria-hidden />
        <MiddleText text={row.label} />
        <span className={css.count}>{t('{{count}} tensors', { count: row.count })}</span>
      </th>
      {columns.map((id) => (
        <td key={id} className={cx(css.cell, CELLS[id]?.end && css.end)}>
          {id === 'size' && <Size bytes={row.byteLength} />}
        </td>
      ))}
    </>
  );
}

function Waiting({ late, columns }: TensorRowProps) {
  return (
    <>
      <th scope="row" className={css.name} aria-label={t('loading')}>
        {late && <span className={css.skeleton} />}
      </th>
      {columns.map((id) => (
        <td key={id} className={css.cell} />
      ))}
    </>
  );
}

/** Tensors stand under their group's name, past its arrow. */
function indent(depth: number, pastArrow: boolean) {
  return { paddingInlineStart: 10 + depth * 16 + (pastArrow && depth > 0 ? 6 : 0) };
}

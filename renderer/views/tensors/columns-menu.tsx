import { ActionIcon, Button, Checkbox, Popover } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { LinkButton } from '../../parts/link-button.tsx';
import { useWorkspace } from '../../store/workspace.ts';
import { columnLabel } from '../../table/columns.tsx';
import { useColumns } from '../../table/tensor-table.tsx';
import css from './tensors.module.css';

/** Which columns are shown, and in which order; the name always comes first. */
export function ColumnsMenu() {
  const { table } = useColumns();
  const reset = useWorkspace((state) => state.resetColumns);
  const all = table.getAllLeafColumns().filter((column) => column.getCanHide());
  const ids = all.map((column) => column.id);

  const move = (id: string, by: -1 | 1) => {
    const from = ids.indexOf(id);
    const order = ids.filter((other) => other !== id);
    order.splice(from + by, 0, id);
    table.setColumnOrder(['name', ...order]);
  };

  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" className={cx(css.pill)}>
          {t('Columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('Columns')} p={6}>
        {all.map((column, index) => {
          const label = columnLabel(column.id);
          return (
            <div key={column.id} className={css.columnRow}>
              <Checkbox
                label={label}
                checked={column.getIsVisible()}
                onChange={(event) => column.toggleVisibility(event.currentTarget.checked)}
              />
              <ActionIcon
                size={24}
                aria-label={t('Move {{label}} to the left', { label })}
                disabled={index === 0}
                onClick={() => move(column.id, -1)}
              >
                <IconChevronUp size={13} />
              </ActionIcon>
              <ActionIcon
                size={24}
                aria-label={t('Move {{label}} to the right', { label })}
                disabled={index === all.length - 1}
                onClick={() => move(column.id, 1)}
              >
                <IconChevronDown size={13} />
              </ActionIcon>
            </div>
          );
        })}
        <div style={{ padding: '6px 10px 4px' }}>
          <LinkButton onClick={reset}>{t('Reset widths and columns')}</LinkButton>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

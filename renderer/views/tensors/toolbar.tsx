import { Button, Menu, SegmentedControl } from '@mantine/core';
import { formatBytes, formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { cx } from '../../parts/cx.ts';
import { exactBytes } from '../../parts/size.tsx';
import { useApp } from '../../store/app-store.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import css from './tensors.module.css';

/** Beside the filter: tree or flat, columns, copying, and how many tensors are left. */
export function Toolbar() {
  const view = useApp((state) => state.ask.view);
  const setView = useApp((state) => state.setTableView);
  return (
    <div className={css.tools}>
      <SegmentedControl
        aria-label={t('Arrangement')}
        value={view}
        onChange={(next) => setView(next === 'flat' ? 'flat' : 'tree')}
        data={[
          { value: 'tree', label: t('Tree') },
          { value: 'flat', label: t('Flat') },
        ]}
      />
      <ColumnsMenu />
      <CopyMenu />
      <Count />
    </div>
  );
}

function CopyMenu() {
  const copy = useApp((state) => state.copySelection);
  const count = useApp((state) => state.selected.size);
  const matching = useApp((state) => state.rows.matching);
  const what =
    count > 0
      ? t('the {{number}} selected', { number: formatCount(count) })
      : t('all {{number}} shown', { number: formatCount(matching) });
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" className={cx(css.pill)}>
          {t('Copy')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('Copy {{label}}', { label: what })}</Menu.Label>
        <Menu.Item onClick={() => void copy('tsv')}>{t('As a table (TSV)')}</Menu.Item>
        <Menu.Item onClick={() => void copy('json')}>{t('As JSON')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** "28 of 1,155"; the bytes of the shown ones on hover. */
function Count() {
  const rows = useApp((state) => state.rows);
  const filtered = rows.matching !== rows.tensorCount;
  const text = filtered
    ? t('{{part}} of {{whole}}', { part: formatCount(rows.matching), whole: formatCount(rows.tensorCount) })
    : formatCount(rows.tensorCount);
  return (
    <span
      className={css.count}
      role="status"
      title={t('{{size}} shown ({{bytes}})', {
        size: formatBytes(rows.matchingBytes),
        bytes: exactBytes(rows.matchingBytes),
      })}
    >
      {text}
    </span>
  );
}

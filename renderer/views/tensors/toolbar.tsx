import { SegmentedControl } from '@mantine/core';
import { formatBytes, formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { exactBytes } from '../../parts/size.tsx';
import { useApp } from '../../store/app-store.ts';
import { ColumnsMenu } from './columns-menu.tsx';
import css from './tensors.module.css';
import { TensorsMenu } from './tensors-menu.tsx';

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
      <TensorsMenu />
      <Count />
    </div>
  );
}

/** "28 of 1,155"; the bytes of the shown ones on hover. */
function Count() {
  const rows = useApp((state) => state.rows);
  const known = useApp((state) => state.tableState === 'ready' || state.rows.tensorCount > 0);
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
      {known && text}
    </span>
  );
}

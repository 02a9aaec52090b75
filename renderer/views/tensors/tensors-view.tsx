import { formatCount } from '../../../shared/text/units.ts';
import { DetailPanel } from '../../detail/detail-panel.tsx';
import { useNarrow } from '../../frame/use-narrow.ts';
import { t } from '../../language/t.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { useApp } from '../../store/app-store.ts';
import { TensorTable } from '../../table/tensor-table.tsx';
import { ProblemBanner } from '../problems/problem-banner.tsx';
import { Strip } from '../summary/strip.tsx';
import type { View } from '../view.ts';
import { FilterField } from './filter-field.tsx';
import css from './tensors.module.css';
import { Toolbar } from './toolbar.tsx';

function TensorsView() {
  const summary = useApp((state) => state.checkpoint);
  const fault = useApp((state) => state.tableFault ?? state.copyFault);
  const toggleSide = useApp((state) => state.toggleSide);
  const narrow = useNarrow();
  if (summary === undefined) return null;
  return (
    <div className={css.view}>
      <Strip summary={summary} />
      <ProblemBanner problems={summary.problems} />
      <div className={css.bar}>
        <FilterField />
        <Toolbar />
      </div>
      {fault && (
        <div className={css.fault}>
          <FaultNote fault={fault} alert />
        </div>
      )}
      <div className={css.table}>
        <TensorTable onEnter={() => toggleSide(narrow, true)} />
      </div>
    </div>
  );
}

export const tensors: View = {
  id: 'tensors',
  get label() {
    return t('Tensors');
  },
  key: 't',
  Main: TensorsView,
  Side: DetailPanel,
  nothingSelected: (state) => state.detailName === undefined,
  count: (summary) => formatCount(summary.tensorCount),
  shown: (summary) => summary.kind !== 'strategy',
};

import { formatCount } from '../../../shared/text/units.ts';
import { DetailPanel } from '../../detail/detail-panel.tsx';
import { useNarrow } from '../../frame/use-narrow.ts';
import { t } from '../../language/t.ts';
import { TableView } from '../../parts/table-view.tsx';
import { useApp } from '../../store/app-store.ts';
import { TensorTable } from '../../table/tensor-table.tsx';
import { ProblemBanner } from '../problems/problem-banner.tsx';
import { Strip } from '../summary/strip.tsx';
import type { View } from '../view.ts';
import { FilterField } from './filter-field.tsx';
import { Toolbar } from './toolbar.tsx';

function TensorsView() {
  const summary = useApp((state) => state.checkpoint);
  const fault = useApp((state) => state.tableFault ?? state.copyFault);
  const toggleSide = useApp((state) => state.toggleSide);
  const narrow = useNarrow();
  if (summary === undefined) return null;
  return (
    <TableView
      head={
        <>
          <Strip summary={summary} />
          <ProblemBanner problems={summary.problems} />
        </>
      }
      bar={
        <>
          <FilterField />
          <Toolbar />
        </>
      }
      fault={fault}
    >
      <TensorTable onEnter={() => toggleSide(narrow, true)} />
    </TableView>
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

import { Tabs } from '@mantine/core';
import { useRef, useState } from 'react';
import { DetailPanel } from '../../detail/detail-panel.tsx';
import { t } from '../../language/t.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { FillingTabs } from '../../parts/filling-tabs.tsx';
import { FillingView } from '../../parts/filling-view.tsx';
import { useApp } from '../../store/app-store.ts';
import { VALUES_TABS } from '../../store/values.ts';
import type { View } from '../view.ts';
import { ChooseTensor } from './choose-tensor.tsx';
import { FindBar } from './find-bar.tsx';
import { Heatmap } from './heatmap.tsx';
import { PartBar } from './part-bar.tsx';
import { SaveMenu } from './save-menu.tsx';
import { Statistics } from './statistics.tsx';
import { TensorHead } from './tensor-head.tsx';
import { type Part, usePart } from './use-part.ts';
import css from './values.module.css';
import { type Cell, ValuesGrid } from './values-grid.tsx';

function ValuesView() {
  const name = useApp((state) => state.detailName);
  const detail = useApp((state) => state.detail);
  const { tab } = useApp((state) => state.valuesPlace);
  const show = useApp((state) => state.showValues);
  const ask = useApp((state) => state.askValues);
  const { part, fault, sliceFault } = usePart();
  const heatmap = useRef<HTMLCanvasElement>(null);
  const histogram = useRef<SVGSVGElement>(null);
  if (name === undefined) return <ChooseTensor />;
  // A slice of more than two axes has statistics, but no rows and columns.
  const matrix = part && part.selection.axes.length <= 2 ? part : undefined;
  return (
    <FillingView>
      <div className={css.heading}>
        <TensorHead name={name} detail={detail} part={part} />
        {part && <SaveMenu name={name} part={part} heatmap={heatmap} histogram={histogram} />}
      </div>
      <PartBar detail={detail} part={part} sliceFault={sliceFault} />
      {fault && (
        <div className={css.fault}>
          <FaultNote fault={fault} alert />
        </div>
      )}
      {part && (
        <FillingTabs
          value={tab}
          onChange={(next) => show({ tab: VALUES_TABS.find((one) => one === next) ?? tab })}
          className={css.tabs}
        >
          <Tabs.List>
            <Tabs.Tab value="grid">{t('Values')}</Tabs.Tab>
            <Tabs.Tab value="heatmap">{t('Heatmap')}</Tabs.Tab>
            <Tabs.Tab value="statistics">{t('Statistics')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="grid" className={css.panel}>
            {matrix && <Grid key={matrix.key} part={matrix} />}
          </Tabs.Panel>
          <Tabs.Panel value="heatmap" className={css.panel}>
            {matrix && (
              <Heatmap
                key={matrix.key}
                part={matrix}
                canvas={heatmap}
                ask={(input, signal) => ask('tensor.heatmap', input, signal)}
              />
            )}
          </Tabs.Panel>
          <Tabs.Panel value="statistics" className={css.panel}>
            <Statistics part={part} drawing={histogram} />
          </Tabs.Panel>
        </FillingTabs>
      )}
    </FillingView>
  );
}

function Grid({ part }: { readonly part: Part }) {
  const [cursor, setCursor] = useState<Cell>({ row: 0, column: 0 });
  if (part.rows === 0 || part.columns === 0)
    return (
      <p className={css.empty}>{t('There are no values in this part: one of its axes has length 0.')}</p>
    );
  return (
    <>
      <FindBar part={part} cursor={cursor} onFound={setCursor} />
      <ValuesGrid part={part} cursor={cursor} onCursor={setCursor} />
    </>
  );
}

export const values: View = {
  id: 'values',
  get label() {
    return t('Values');
  },
  key: 'v',
  Main: ValuesView,
  Side: DetailPanel,
  explains: (state) => state.detailName !== undefined,
  shown: (summary) => summary.kind !== 'strategy',
};

import { ActionIcon, Tabs, Tooltip } from '@mantine/core';
import { IconTable } from '@tabler/icons-react';
import { useState } from 'react';
import { t } from '../language/t.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { FillingTabs } from '../parts/filling-tabs.tsx';
import { PanelTitle } from '../parts/panel-title.tsx';
import { useLate } from '../parts/use-late.ts';
import { useApp } from '../store/app-store.ts';
import css from './detail.module.css';
import { Nothing } from './nothing.tsx';
import { Overview } from './overview.tsx';
import { Places } from './places.tsx';

/** The right panel of the tensor table: the tensor under the cursor, explained. */
export function DetailPanel() {
  const name = useApp((state) => state.detailName);
  const detail = useApp((state) => state.detail);
  const fault = useApp((state) => state.detailFault);
  const view = useApp((state) => state.view);
  const split = useApp(({ checkpoint }) => (checkpoint?.ranks.length ?? 0) > 1);
  const showView = useApp((state) => state.showView);
  const [tab, setTab] = useState<string | null>('overview');
  const late = useLate(name !== undefined && detail?.name !== name && fault === undefined);

  if (name === undefined)
    return (
      <Nothing>
        {split
          ? t('Select a tensor to see its shape, how it is cut over the ranks, and where its bytes lie.')
          : t('Select a tensor to see its shape, its type, and where its bytes lie.')}
      </Nothing>
    );
  return (
    <div className={css.panel}>
      <div className={css.title}>
        <PanelTitle name={name} tail={30} copied={{ text: name, label: t('Copy the name') }}>
          {view !== 'values' && (
            <Tooltip label={t('Show its values')}>
              <ActionIcon aria-label={t('Show its values')} onClick={() => showView('values')}>
                <IconTable size={16} stroke={1.6} />
              </ActionIcon>
            </Tooltip>
          )}
        </PanelTitle>
      </div>
      {fault && (
        <div className={css.body}>
          <FaultNote fault={fault} />
        </div>
      )}
      {detail && !fault && (
        <FillingTabs value={tab} onChange={setTab} className={css.tabs} data-stale={late || undefined}>
          <Tabs.List>
            <Tabs.Tab value="overview">{t('Overview')}</Tabs.Tab>
            <Tabs.Tab value="places">{t('Where it lies')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="overview" className={css.body} tabIndex={0}>
            <Overview detail={detail} />
          </Tabs.Panel>
          <Tabs.Panel value="places" className={css.fill}>
            <Places detail={detail} />
          </Tabs.Panel>
        </FillingTabs>
      )}
    </div>
  );
}

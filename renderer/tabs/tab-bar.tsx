import { ActionIcon, Tooltip } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type DragEvent, type KeyboardEvent, useEffect, useRef } from 'react';
import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { FaultNote } from '../parts/fault-note.tsx';
import { MiddleText } from '../parts/middle-text.tsx';
import { SettingsButton } from '../settings/settings-button.tsx';
import type { Tab } from '../store/tabs.ts';
import { useWorkspace, useWorkspaceStore } from '../store/workspace.ts';
import { BesideMenu } from './beside-menu.tsx';
import { paneId, tabButtonId } from './ids.ts';
import css from './tabs.module.css';
import { useTabNames } from './use-tab-names.ts';

/** The checkpoints that are open; nothing while there is only one. */
export function TabBar() {
  const tabs = useWorkspace((state) => state.tabs);
  const addTab = useWorkspace((state) => state.addTab);
  const fault = useWorkspace((state) => state.tabFault);
  const dismiss = useWorkspace((state) => state.dismissTabFault);
  if (tabs.length === 1) return null;
  return (
    <header>
      <div className={css.bar}>
        <TabList tabs={tabs} />
        <Tooltip label={t('New tab (Alt+T)')}>
          <ActionIcon aria-label={t('New tab')} onClick={() => addTab()}>
            <IconPlus size={16} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <span className={css.gap} />
        <BesideMenu />
        <SettingsButton />
      </div>
      {fault && (
        <div className={css.fault}>
          <FaultNote fault={fault} onDismiss={dismiss} alert />
        </div>
      )}
    </header>
  );
}

function TabList({ tabs }: { readonly tabs: readonly Tab[] }) {
  const active = useWorkspace((state) => state.active);
  const pair = useWorkspace((state) => state.pair);
  const { showTab, closeTab, moveTab } = useWorkspaceStore().getState();
  const names = useTabNames(tabs);
  const list = useRef<HTMLDivElement>(null);
  const dragged = useRef<string>(undefined);

  // Many tabs scroll; the active one is always in sight.
  useEffect(() => {
    list.current
      ?.querySelector(`#${tabButtonId(active)}`)
      ?.scrollIntoView?.({ block: 'nearest', inline: 'nearest' });
  }, [active]);

  const onKeyDown = (event: KeyboardEvent<HTMLElement>, at: number) => {
    const { id } = tabs[at] ?? { id: active };
    const target = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (event.key === 'Delete') closeTab(id);
    else if (target === undefined) return;
    else if (event.ctrlKey) moveTab(id, Math.max(0, target));
    else showTab(tabs.at(target % tabs.length)?.id ?? id);
    event.preventDefault();
    // The keyboard goes along; the tab may be drawn only now.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
  const dragOver = (event: DragEvent, to: number) => {
    if (dragged.current === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    moveTab(dragged.current, to);
  };

  return (
    <div ref={list} role="tablist" aria-label={t('Open checkpoints')} className={css.tabs}>
      {tabs.map(({ id }, index) => (
        <div
          key={id}
          role="presentation"
          className={cx(css.tab, id === active && css.active, pair?.includes(id) && css.paired)}
        >
          <button
            type="button"
            role="tab"
            id={tabButtonId(id)}
            className={css.tabButton}
            aria-selected={id === active}
            aria-controls={paneId(id)}
            tabIndex={id === active ? 0 : -1}
            title={escapeText(names[index]?.path ?? '', 4096)}
            onClick={() => showTab(id)}
            onKeyDown={(event) => onKeyDown(event, index)}
            draggable
            onDragStart={() => {
              dragged.current = id;
            }}
            onDragEnd={() => {
              dragged.current = undefined;
            }}
            onDragOver={(event) => dragOver(event, index)}
            onAuxClick={(event) => event.button === 1 && closeTab(id)}
          >
            <MiddleText text={names[index]?.name ?? ''} tail={20} />
          </button>
          {/* For the pointer: a tab list may hold tabs only. The keyboard has Delete and Alt+W. */}
          <button
            type="button"
            className={css.close}
            aria-hidden
            tabIndex={-1}
            title={t('Close (Alt+W)')}
            onClick={() => closeTab(id)}
          >
            <IconX size={13} stroke={1.8} />
          </button>
        </div>
      ))}
    </div>
  );
}

import { Activity } from 'react';
import { Group, Panel } from 'react-resizable-panels';
import { Frame } from '../frame/frame.tsx';
import { HalfContext, useNarrowWindow } from '../frame/use-narrow.ts';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { PanelSeparator } from '../parts/panel-separator.tsx';
import { StartPage } from '../start/start-page.tsx';
import { StoreContext, useApp } from '../store/app-store.ts';
import type { Tab } from '../store/tabs.ts';
import { useWorkspace } from '../store/workspace.ts';
import { paneId, tabButtonId } from './ids.ts';
import css from './tabs.module.css';

/** The tabs' contents: the active one's, or two side by side. What is hidden stays where it was scrolled to. */
export function Panes() {
  const tabs = useWorkspace((state) => state.tabs);
  const active = useWorkspace((state) => state.active);
  const pair = useWorkspace((state) => state.pair);
  const narrow = useNarrowWindow();
  const halves = narrow ? [] : (pair ?? []).flatMap((id) => tabs.find((tab) => tab.id === id) ?? []);
  const [left, right] = halves;
  return (
    <div className={css.panes}>
      {left && right && (
        <Activity mode={halves.some(({ id }) => id === active) ? 'visible' : 'hidden'}>
          <Group orientation="horizontal">
            <Panel id="left" minSize={320}>
              <Pane key={left.id} tab={left} half />
            </Panel>
            <PanelSeparator label={t('Width of the left checkpoint')} strong />
            <Panel id="right" minSize={320}>
              <Pane key={right.id} tab={right} half />
            </Panel>
          </Group>
        </Activity>
      )}
      {tabs
        .filter((tab) => !halves.includes(tab))
        .map((tab) => (
          <Activity key={tab.id} mode={tab.id === active ? 'visible' : 'hidden'}>
            <Pane tab={tab} />
          </Activity>
        ))}
    </div>
  );
}

/** One tab's content. Whatever is done in it makes it the active one. */
function Pane({ tab: { id, store }, half = false }: { readonly tab: Tab; readonly half?: boolean }) {
  const several = useWorkspace((state) => state.tabs.length > 1);
  const active = useWorkspace((state) => state.active === id);
  const showTab = useWorkspace((state) => state.showTab);
  const activate = active ? undefined : () => showTab(id);
  return (
    <div
      id={paneId(id)}
      className={cx(css.pane, half && active && css.activeHalf)}
      {...(several && { role: 'tabpanel', 'aria-labelledby': tabButtonId(id) })}
      onPointerDownCapture={activate}
      onFocusCapture={activate}
    >
      <HalfContext value={half}>
        <StoreContext value={store}>
          <Content />
        </StoreContext>
      </HalfContext>
    </div>
  );
}

function Content() {
  const open = useApp((state) => state.checkpoint !== undefined);
  return open ? <Frame /> : <StartPage />;
}

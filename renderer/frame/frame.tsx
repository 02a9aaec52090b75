import { Drawer } from '@mantine/core';
import { type ReactNode, useContext } from 'react';
import { Group, Panel, useDefaultLayout } from 'react-resizable-panels';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { ErrorBoundary } from '../parts/error-boundary.tsx';
import { PanelSeparator } from '../parts/panel-separator.tsx';
import { OpeningBar } from '../start/opening-bar.tsx';
import { useApp } from '../store/app-store.ts';
import { viewOf } from '../views/index.ts';
import { FilesChangedBar } from './files-changed-bar.tsx';
import css from './frame.module.css';
import { Nav } from './nav.tsx';
import { VIEW } from './skip-link.tsx';
import { TopBar } from './top-bar.tsx';
import { HalfContext, useNarrow, useNarrowWindow } from './use-narrow.ts';
import { useHasSide, useUnselected } from './use-toggle-side.ts';

/** A tab with an open checkpoint: its views on the left, the view, what is selected on the right. */
export function Frame() {
  const checkpoint = useApp((state) => state.checkpoint);
  const id = useApp((state) => state.view);
  const half = useContext(HalfContext);
  const narrow = useNarrow();
  const view = checkpoint && viewOf(id, checkpoint);
  const hasSide = useHasSide();
  const asked = useApp((state) => state.sideAsked);
  // Then the right panel is shown only where there is much room: `frame.module.css`.
  const unselected = useUnselected() && !asked;
  if (checkpoint === undefined || view === undefined) return null;
  const { Main, Side, label } = view;
  const main = (
    <section className={css.main} aria-label={label} {...VIEW}>
      <ErrorBoundary place={`${checkpoint.id} ${id}`}>
        <Main />
      </ErrorBoundary>
    </section>
  );
  const side =
    Side && hasSide ? (
      <ErrorBoundary place={`${checkpoint.id} ${id}`}>
        <Side />
      </ErrorBoundary>
    ) : undefined;
  // A page has one main part: of two halves neither is it.
  const Panels = half ? 'div' : 'main';
  return (
    <div className={css.frame}>
      <TopBar hasSide={side !== undefined} unselected={unselected} />
      <OpeningBar />
      <FilesChangedBar />
      <Panels className={cx(css.panels, unselected && css.unselected)}>
        {narrow ? <Narrow main={main} side={side} /> : <Wide main={main} side={side} />}
      </Panels>
    </div>
  );
}

interface LayoutProps {
  readonly main: ReactNode;
  readonly side: ReactNode | undefined;
}

function Wide({ main, side }: LayoutProps) {
  const half = useContext(HalfContext);
  const navOpen = useApp((state) => state.navOpen) && !half;
  const sideOpen = useApp((state) => state.sideOpen) && side !== undefined;
  const roomy = !half && window.innerWidth >= 1200;
  const panelIds = ['nav', 'main', 'side'].filter((id) =>
    id === 'nav' ? navOpen : id === 'side' ? sideOpen : true,
  );
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({
    id: half ? 'shardscope.halves' : 'shardscope.panels',
    panelIds,
    onlySaveAfterUserInteractions: true,
  });
  return (
    <Group
      // Panels that come and go start from their own remembered layout.
      key={panelIds.join()}
      orientation="horizontal"
      className={css.group}
      defaultLayout={defaultLayout}
      onLayoutChanged={onLayoutChanged}
    >
      {navOpen && (
        <>
          <Panel
            id="nav"
            defaultSize={roomy ? 208 : 172}
            minSize={150}
            maxSize={420}
            groupResizeBehavior="preserve-pixel-size"
            className={css.side}
          >
            <Nav />
          </Panel>
          <PanelSeparator label={t('Width of the left panel')} />
        </>
      )}
      <Panel id="main" minSize={320}>
        {main}
      </Panel>
      {sideOpen && (
        <>
          <PanelSeparator label={t('Width of the right panel')} />
          <Panel
            id="side"
            data-aside
            defaultSize={roomy ? 376 : 304}
            minSize={260}
            maxSize={760}
            groupResizeBehavior="preserve-pixel-size"
            className={css.side}
          >
            <section className={css.fill} aria-label={t('Selection')}>
              {side}
            </section>
          </Panel>
        </>
      )}
    </Group>
  );
}

function Narrow({ main, side }: LayoutProps) {
  const overlay = useApp((state) => state.overlay);
  const close = useApp((state) => state.closeOverlay);
  // Half a window has its views in a menu.
  const drawer = useNarrowWindow();
  return (
    <>
      {main}
      <Drawer
        opened={drawer && overlay === 'nav'}
        onClose={close}
        size={260}
        title="Shardscope"
        classNames={{ body: cx(css.drawer) }}
      >
        <Nav />
      </Drawer>
      <Drawer
        opened={overlay === 'side' && side !== undefined}
        onClose={close}
        size={400}
        position="right"
        title={t('Selection')}
        classNames={{ body: cx(css.drawer) }}
      >
        {side}
      </Drawer>
    </>
  );
}

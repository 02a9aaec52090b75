import { ActionIcon, Popover, Tooltip } from '@mantine/core';
import { IconFolderOpen, IconLayoutSidebar, IconLayoutSidebarRight, IconPlus } from '@tabler/icons-react';
import { useContext } from 'react';
import { escapeText } from '../../shared/text/escape.ts';
import { NextSteps } from '../conversion/next-steps.tsx';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { kindWords } from '../parts/words.ts';
import { useOpenPicked } from '../picker/use-pick.ts';
import { SettingsButton } from '../settings/settings-button.tsx';
import { useApp } from '../store/app-store.ts';
import { useWorkspace } from '../store/workspace.ts';
import css from './bars.module.css';
import { Nav } from './nav.tsx';
import { SaveMenu } from './save-menu.tsx';
import { HalfContext, useNarrow, useNarrowWindow } from './use-narrow.ts';

/** What is open, and the one likely next step. */
export function TopBar({ hasSide }: { readonly hasSide: boolean }) {
  const checkpoint = useApp((state) => state.checkpoint);
  const toggleSide = useApp((state) => state.toggleSide);
  const sideOpen = useApp((state) => state.sideOpen);
  const narrow = useNarrow();
  const pickOpen = useOpenPicked();
  // Several tabs have a bar of their own for what belongs to the window.
  const alone = useWorkspace((state) => state.tabs.length === 1);
  const addTab = useWorkspace((state) => state.addTab);
  if (checkpoint === undefined) return null;
  return (
    <section className={css.top} aria-label="Open checkpoint">
      <NavButton />
      <h1 className={css.name}>Shardscope</h1>
      <PathText path={checkpoint.path} />
      <span className={cx(css.badge, css.kind)}>{kindWords(checkpoint)}</span>
      <span className={css.save}>
        <SaveMenu />
      </span>
      <span className={css.gap} />
      <Tooltip label="Open another checkpoint (Ctrl+O)">
        <ActionIcon aria-label="Open another checkpoint" onClick={() => pickOpen()}>
          <IconFolderOpen size={17} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      {alone && (
        <>
          <Tooltip label={t('New tab (Alt+T)')}>
            <ActionIcon aria-label={t('New tab')} onClick={() => addTab()}>
              <IconPlus size={17} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
          <SettingsButton />
        </>
      )}
      {hasSide && (
        <Tooltip label="Right panel">
          <ActionIcon
            aria-label="Right panel"
            aria-pressed={!narrow && sideOpen}
            onClick={() => toggleSide(narrow)}
          >
            <IconLayoutSidebarRight size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
      <NextSteps />
    </section>
  );
}

/** Shows and hides the left panel; in half a window it drops down from here. */
function NavButton() {
  const half = useContext(HalfContext);
  const narrow = useNarrowWindow();
  const navOpen = useApp((state) => state.navOpen);
  const overlay = useApp((state) => state.overlay);
  const toggleNav = useApp((state) => state.toggleNav);
  const close = useApp((state) => state.closeOverlay);
  const dropped = half && overlay === 'nav';
  return (
    <Popover opened={dropped} onChange={close} position="bottom-start" width={240} trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label="Left panel" disabled={dropped}>
          <ActionIcon
            aria-label="Left panel"
            aria-pressed={half ? dropped : !narrow && navOpen}
            onClick={() => toggleNav(narrow || half)}
          >
            <IconLayoutSidebar size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={0} mah="80vh" style={{ overflowY: 'auto' }} aria-label="Left panel">
        <Nav />
      </Popover.Dropdown>
    </Popover>
  );
}

/** A path whose end stays in sight: what a folder is called is said by its last parts. */
function PathText({ path }: { readonly path: string }) {
  const shown = escapeText(path, 4096);
  const parts = shown.split(/(?<=[/\\])/);
  const end = parts.at(-1) ?? '';
  const middle = parts.slice(-3, -1).join('');
  return (
    <span className={css.path} title={shown}>
      <span className={css.parents}>{shown.slice(0, shown.length - middle.length - end.length)}</span>
      <span className={css.middle}>{middle}</span>
      <span className={css.end}>{end}</span>
    </span>
  );
}

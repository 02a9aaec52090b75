import { ActionIcon, Button, Popover, Tooltip } from '@mantine/core';
import {
  IconChevronDown,
  IconFolderOpen,
  IconLayoutSidebar,
  IconLayoutSidebarRight,
  IconPlus,
} from '@tabler/icons-react';
import { useContext } from 'react';
import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import { NextSteps } from '../conversion/next-steps.tsx';
import { t } from '../language/t.ts';
import { cx } from '../parts/cx.ts';
import { MiddleText } from '../parts/middle-text.tsx';
import { kindWords } from '../parts/words.ts';
import { useOpenPicked } from '../picker/use-pick.ts';
import { SettingsButton } from '../settings/settings-button.tsx';
import { useApp } from '../store/app-store.ts';
import { useWorkspace } from '../store/workspace.ts';
import { viewOf } from '../views/index.ts';
import css from './bars.module.css';
import { Nav } from './nav.tsx';
import { SaveMenu } from './save-menu.tsx';
import { HalfContext, useNarrow, useNarrowWindow } from './use-narrow.ts';
import { useToggleSide } from './use-toggle-side.ts';

/** Characters of a path that give way last: two names, unless they are very long. */
const LONGEST_END = 36;

interface TopBarProps {
  readonly hasSide: boolean;
  /** Half of a window with nothing selected: where room is short it has no right panel, unless asked for. */
  readonly unselected: boolean;
}

/** What is open, and the one likely next step. */
export function TopBar({ hasSide, unselected }: TopBarProps) {
  const checkpoint = useApp((state) => state.checkpoint);
  const toggleSide = useToggleSide();
  const sideOpen = useApp((state) => state.sideOpen);
  const narrow = useNarrow();
  const half = useContext(HalfContext);
  const pickOpen = useOpenPicked();
  // Several tabs have a bar of their own for what belongs to the window.
  const alone = useWorkspace((state) => state.tabs.length === 1);
  const addTab = useWorkspace((state) => state.addTab);
  if (checkpoint === undefined) return null;
  return (
    <section className={css.top} aria-label={t('Open checkpoint')}>
      {half ? <ViewMenu checkpoint={checkpoint} /> : <NavButton />}
      <h1 className={cx(css.name, half && css.absent)}>Shardscope</h1>
      <PathText path={checkpoint.path} />
      <span className={cx(css.badge, css.kind)}>{kindWords(checkpoint)}</span>
      <span className={css.save}>
        <SaveMenu />
      </span>
      <span className={css.gap} />
      {!half && (
        <Tooltip label={t('Open another checkpoint (Ctrl+O)')}>
          <ActionIcon aria-label={t('Open another checkpoint')} onClick={() => pickOpen()}>
            <IconFolderOpen size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
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
        <Tooltip label={t('Right panel')}>
          <ActionIcon
            aria-label={t('Right panel')}
            className={cx(unselected && css.unselected)}
            aria-pressed={!narrow && sideOpen}
            onClick={toggleSide}
          >
            <IconLayoutSidebarRight size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      )}
      <NextSteps folded={half && narrow} />
    </section>
  );
}

/** Shows and hides the left panel. */
function NavButton() {
  const narrow = useNarrowWindow();
  const navOpen = useApp((state) => state.navOpen);
  const toggleNav = useApp((state) => state.toggleNav);
  return (
    <Tooltip label={t('Left panel')}>
      <ActionIcon
        aria-label={t('Left panel')}
        aria-pressed={!narrow && navOpen}
        onClick={() => toggleNav(narrow)}
      >
        <IconLayoutSidebar size={17} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}

/** Half a window has no left panel: what would be in it drops down from the name of the view. */
function ViewMenu({ checkpoint }: { readonly checkpoint: CheckpointSummary }) {
  const view = useApp((state) => state.view);
  const opened = useApp((state) => state.overlay === 'nav');
  const toggleNav = useApp((state) => state.toggleNav);
  const close = useApp((state) => state.closeOverlay);
  return (
    <Popover opened={opened} onChange={close} position="bottom-start" width={240} trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          rightSection={<IconChevronDown size={14} aria-hidden />}
          onClick={() => toggleNav(true)}
        >
          {viewOf(view, checkpoint).label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} mah="80vh" style={{ overflowY: 'auto' }} aria-label={t('Views')}>
        <Nav />
      </Popover.Dropdown>
    </Popover>
  );
}

/** What a folder is called is said by its last parts: they stay in sight, the middle gives way. */
function PathText({ path }: { readonly path: string }) {
  const end = path
    .split(/(?<=[/\\])/)
    .slice(-2)
    .join('').length;
  return <MiddleText text={path} tail={Math.min(end, LONGEST_END)} className={css.path} />;
}

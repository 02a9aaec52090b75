import { ActionIcon, Tooltip } from '@mantine/core';
import { IconFolderOpen, IconLayoutSidebar, IconLayoutSidebarRight } from '@tabler/icons-react';
import { escapeText } from '../../shared/text/escape.ts';
import { NextSteps } from '../conversion/next-steps.tsx';
import { cx } from '../parts/cx.ts';
import { kindWords } from '../parts/words.ts';
import { useOpenPicked } from '../picker/use-pick.ts';
import { SettingsButton } from '../settings/settings-button.tsx';
import { useApp } from '../store/app-store.ts';
import css from './bars.module.css';
import { SaveMenu } from './save-menu.tsx';
import { useNarrow } from './use-narrow.ts';

/** What is open, and the one likely next step. */
export function TopBar({ hasSide }: { readonly hasSide: boolean }) {
  const checkpoint = useApp((state) => state.checkpoint);
  const toggleNav = useApp((state) => state.toggleNav);
  const toggleSide = useApp((state) => state.toggleSide);
  const navOpen = useApp((state) => state.navOpen);
  const sideOpen = useApp((state) => state.sideOpen);
  const narrow = useNarrow();
  const pickOpen = useOpenPicked();
  if (checkpoint === undefined) return null;
  return (
    <section className={css.top} aria-label="Open checkpoint">
      <Tooltip label="Left panel">
        <ActionIcon
          aria-label="Left panel"
          aria-pressed={!narrow && navOpen}
          onClick={() => toggleNav(narrow)}
        >
          <IconLayoutSidebar size={17} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
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
      <SettingsButton />
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

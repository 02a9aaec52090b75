import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { escapeText } from '../../shared/text/escape.ts';
import { useConversions } from '../conversion/use-conversions.ts';
import { useOpenPicked, usePick } from '../picker/use-pick.ts';
import { useApp, useAppStore } from '../store/app-store.ts';
import { viewsOf } from '../views/index.ts';
import css from './command-palette.module.css';

/** Ctrl+K: every command of the window by name. */
export function CommandPalette() {
  const actions = useCommands();
  return (
    <Spotlight
      actions={actions}
      shortcut="mod + K"
      tagsToIgnore={[]}
      nothingFound="No command is called like this."
      highlightQuery
      scrollable
      attributes={{ content: { 'aria-label': 'Commands' } }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      classNames={{ actionsGroup: css.group ?? '', action: css.action ?? '' }}
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={16} stroke={1.6} />,
        placeholder: 'What do you want to do?',
        'aria-label': 'Commands',
      }}
    />
  );
}

function useCommands(): SpotlightActionGroupData[] {
  const store = useAppStore();
  const pick = usePick();
  const pickOpen = useOpenPicked();
  const { setColorScheme } = useMantineColorScheme();
  const checkpoint = useApp((state) => state.checkpoint);
  const conversions = useConversions();
  const recent = useApp((state) => state.recent);
  const { showView, open, closeCheckpoint, showShortcuts, reopen, nameStrategy, showCompareDialog } =
    store.getState();
  const here = checkpoint
    ? [
        ...viewsOf(checkpoint).map((view) => ({
          id: `view-${view.id}`,
          label: `Show ${view.label.toLowerCase()}`,
          onClick: () => showView(view.id),
        })),
        ...conversions.map(({ id, label, open }) => ({ id, label: `${label}…`, onClick: open })),
        { id: 'compare', label: 'Compare with…', onClick: () => showCompareDialog(true) },
        { id: 'strategy', label: 'Name a strategy…', onClick: () => pick('strategy', nameStrategy) },
        { id: 'reopen', label: 'Read the files again', onClick: () => void reopen() },
        { id: 'close', label: 'Close the checkpoint', onClick: closeCheckpoint },
      ]
    : [];
  return [
    { group: 'This checkpoint', actions: here },
    {
      group: 'Window',
      actions: [
        { id: 'open', label: 'Open a checkpoint…', onClick: () => pickOpen() },
        { id: 'light', label: 'Light theme', onClick: () => setColorScheme('light') },
        { id: 'dark', label: 'Dark theme', onClick: () => setColorScheme('dark') },
        { id: 'auto', label: 'Theme as the system', onClick: () => setColorScheme('auto') },
        { id: 'shortcuts', label: 'Keyboard shortcuts', onClick: () => showShortcuts(true) },
      ],
    },
    {
      group: 'Recent',
      actions: recent.slice(0, 8).map((path) => ({
        id: `recent-${path}`,
        label: escapeText(path, 400),
        onClick: () => void open({ path }),
      })),
    },
  ].filter((group) => group.actions.length > 0);
}

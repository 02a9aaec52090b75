import { spotlight } from '@mantine/spotlight';
import { useConversions } from '../conversion/use-conversions.ts';
import { useNavOverlay } from '../frame/use-narrow.ts';
import { useHasSide, useToggleSide } from '../frame/use-toggle-side.ts';
import { t } from '../language/t.ts';
import { clickTableMenu } from '../parts/text-menu.tsx';
import { useOpenPicked, usePick } from '../picker/use-pick.ts';
import { useApp, useAppStore } from '../store/app-store.ts';
import { useWorkspace, useWorkspaceStore } from '../store/workspace.ts';
import { paneId } from '../tabs/ids.ts';
import { useTabCommands } from '../tabs/use-tab-commands.ts';
import { viewsOf } from '../views/index.ts';
import { focusFilter } from '../views/tensors/filter-field.tsx';
import type { Command } from './command.ts';

/** All commands that make sense now. */
export function useCommands(): readonly Command[] {
  return [...useCheckpointCommands(), ...useViewCommands(), ...useTabCommands(), ...useWindowCommands()];
}

function useCheckpointCommands(): Command[] {
  const store = useAppStore();
  const workspace = useWorkspaceStore();
  const pick = usePick();
  const conversions = useConversions();
  const kind = useApp((state) => state.checkpoint?.kind);
  const staged = useApp((state) => state.stage !== undefined);
  const overlay = useNavOverlay();
  const hasSide = useHasSide();
  const toggleSide = useToggleSide();
  if (kind === undefined) return [];
  const { showCompareDialog, nameStrategy, reopen, closeCheckpoint, toggleNav, showStage } = store.getState();
  const group = 'checkpoint';
  const pane = () => document.getElementById(paneId(workspace.getState().active));
  return [
    ...conversions.map(
      ({ id, label, open }, place): Command => ({
        group,
        id,
        label: `${label}…`,
        run: open,
        // The one likely next action.
        ...(place === 0 && { keys: ['m'] }),
      }),
    ),
    ...(kind === 'strategy'
      ? []
      : [
          {
            group,
            id: 'compare',
            label: t('Compare with…'),
            keys: ['c'],
            run: () => showCompareDialog(true),
          } as const,
        ]),
    {
      group,
      id: 'filter',
      label: t('Filter the tensors'),
      keys: ['/', 'mod+f'],
      run: () => focusFilter(store, pane(), kind === 'strategy' ? 'strategy' : 'tensors'),
    },
    {
      group,
      id: 'copy',
      label: t('Copy or save the table…'),
      keys: ['e'],
      run: () => clickTableMenu(pane()),
    },
    { group, id: 'name-strategy', label: t('Name a strategy…'), run: () => pick('strategy', nameStrategy) },
    { group, id: 'reopen', label: t('Read the files again'), keys: ['r'], run: () => void reopen() },
    {
      group,
      id: 'nav',
      label: t('Show or hide the left panel'),
      keys: ['mod+b'],
      run: () => toggleNav(overlay),
    },
    ...(hasSide
      ? [
          {
            group,
            id: 'side',
            label: t('Show or hide the right panel'),
            keys: ['mod+i'],
            run: toggleSide,
          } as const,
        ]
      : []),
    ...(staged
      ? [
          {
            group,
            id: 'no-stage',
            label: t('Choose no stage'),
            keys: ['Escape'],
            run: () => showStage(undefined),
          } as const,
        ]
      : []),
    { group, id: 'close', label: t('Close the checkpoint'), run: closeCheckpoint },
  ];
}

function useViewCommands(): Command[] {
  const checkpoint = useApp((state) => state.checkpoint);
  const showView = useApp((state) => state.showView);
  const group = 'go';
  const views = (checkpoint ? viewsOf(checkpoint) : []).map(
    ({ id, label, key }): Command => ({
      group,
      id: `view-${id}`,
      label: t('Show {{view}}', { view: label.toLowerCase() }),
      ...(key !== undefined && { keys: [`g ${key}`] }),
      run: () => showView(id),
    }),
  );
  return [
    ...views,
    { group, id: 'back', label: t('Back'), keys: ['alt+ArrowLeft'], run: () => window.history.back() },
    {
      group,
      id: 'forward',
      label: t('Forward'),
      keys: ['alt+ArrowRight'],
      run: () => window.history.forward(),
    },
  ];
}

function useWindowCommands(): Command[] {
  const pickOpen = useOpenPicked();
  const prefer = useWorkspace((state) => state.prefer);
  const showSettings = useWorkspace((state) => state.showSettings);
  const showShortcuts = useWorkspace((state) => state.showShortcuts);
  const group = 'window';
  return [
    { group, id: 'palette', label: t('All commands'), keys: ['mod+k'], run: spotlight.open },
    { group, id: 'open', label: t('Open a checkpoint…'), keys: ['mod+o'], run: () => pickOpen() },
    { group, id: 'settings', label: t('Settings…'), keys: ['mod+,'], run: () => showSettings(true) },
    { group, id: 'light', label: t('Light theme'), run: () => prefer({ theme: 'light' }) },
    { group, id: 'dark', label: t('Dark theme'), run: () => prefer({ theme: 'dark' }) },
    { group, id: 'contrast', label: t('High contrast theme'), run: () => prefer({ theme: 'contrast' }) },
    { group, id: 'system', label: t('Theme as the system'), run: () => prefer({ theme: 'system' }) },
    {
      group,
      id: 'shortcuts',
      label: t('Keyboard shortcuts'),
      keys: ['?'],
      run: () => showShortcuts(true),
    },
  ];
}

import { MantineProvider } from '@mantine/core';
import type { DesktopBridge } from '../shared/desktop.ts';
import css from './app.module.css';
import { CommandPalette } from './commands/command-palette.tsx';
import { ShortcutList } from './commands/shortcut-list.tsx';
import { useShortcuts } from './commands/use-shortcuts.ts';
import { ConversionDialog } from './conversion/conversion-dialog.tsx';
import { StrategyDialog } from './conversion/strategy/strategy-dialog.tsx';
import { ConnectionBar } from './frame/connection-bar.tsx';
import { SkipLink } from './frame/skip-link.tsx';
import { StatusLine } from './frame/status-line.tsx';
import { HalfContext, useNarrowWindow } from './frame/use-narrow.ts';
import { DesktopContext } from './parts/desktop.ts';
import { ErrorBoundary } from './parts/error-boundary.tsx';
import { PathPicker } from './picker/path-picker.tsx';
import { SettingsDialog } from './settings/settings-dialog.tsx';
import { useDrop } from './start/use-drop.ts';
import { StoreContext } from './store/app-store.ts';
import { languageOf } from './store/settings.ts';
import { activeTab, shownTabs } from './store/tabs.ts';
import { useWorkspace, WorkspaceProvider, type WorkspaceStore } from './store/workspace.ts';
import { Panes } from './tabs/panes.tsx';
import { TabBar } from './tabs/tab-bar.tsx';
import { themeFor, variables } from './theme/theme.ts';
import { useAppearance } from './theme/use-appearance.ts';
import { CompareDialog } from './views/compare/compare-dialog.tsx';
import { DifferenceDialog } from './views/compare/difference-dialog.tsx';

interface AppProps {
  readonly workspace: WorkspaceStore;
  readonly desktop: DesktopBridge | undefined;
  /** 'test' shows dialogs in place and without transitions. */
  readonly env?: 'default' | 'test';
}

export function App({ workspace, desktop, env = 'default' }: AppProps) {
  return (
    <WorkspaceProvider value={workspace}>
      <DesktopContext value={desktop}>
        <Page env={env} />
      </DesktopContext>
    </WorkspaceProvider>
  );
}

function Page({ env }: Required<Pick<AppProps, 'env'>>) {
  const { scheme, still } = useAppearance();
  const language = useWorkspace((state) => languageOf(state.preferences));
  return (
    <MantineProvider
      theme={themeFor(still)}
      cssVariablesResolver={variables}
      forceColorScheme={scheme}
      env={env}
    >
      <ErrorBoundary>
        {/* Sentences are put into words as they are rendered: in another language all of them are. */}
        <Window key={language} />
        <SettingsDialog />
      </ErrorBoundary>
    </MantineProvider>
  );
}

function Window() {
  const active = useWorkspace(activeTab);
  const two = useWorkspace((state) => shownTabs(state).length === 2);
  const half = !useNarrowWindow() && two;
  const { over, ...drop } = useDrop();
  return (
    <div className={css.window} data-over={over || undefined} {...drop}>
      <SkipLink />
      <TabBar />
      <ConnectionBar />
      <Panes />
      <StoreContext key={active.id} value={active.store}>
        <HalfContext value={half}>
          <OfActiveTab />
        </HalfContext>
      </StoreContext>
      <Announcement />
    </div>
  );
}

/** What the window has once, for whichever tab is active. */
function OfActiveTab() {
  useShortcuts();
  return (
    <>
      <StatusLine />
      <ConversionDialog />
      <StrategyDialog />
      <CompareDialog />
      <DifferenceDialog />
      <PathPicker />
      <ShortcutList />
      <CommandPalette />
    </>
  );
}

function Announcement() {
  const announcement = useWorkspace((state) => state.announcement);
  return (
    <div role="status" aria-live="polite" className="for-screen-readers">
      {announcement}
    </div>
  );
}

import { MantineProvider } from '@mantine/core';
import type { DesktopBridge } from '../shared/desktop.ts';
import css from './app.module.css';
import { CommandPalette } from './commands/command-palette.tsx';
import { ShortcutList } from './commands/shortcut-list.tsx';
import { useShortcuts } from './commands/use-shortcuts.ts';
import { ConversionDialog } from './conversion/conversion-dialog.tsx';
import { StrategyDialog } from './conversion/strategy/strategy-dialog.tsx';
import { Frame } from './frame/frame.tsx';
import { DesktopContext } from './parts/desktop.ts';
import { ErrorBoundary } from './parts/error-boundary.tsx';
import { PathPicker } from './picker/path-picker.tsx';
import { SettingsDialog } from './settings/settings-dialog.tsx';
import { StartPage } from './start/start-page.tsx';
import { useDrop } from './start/use-drop.ts';
import { type AppStore, StoreContext, useApp } from './store/app-store.ts';
import { languageOf } from './store/settings.ts';
import { themeFor, variables } from './theme/theme.ts';
import { useAppearance } from './theme/use-appearance.ts';
import { CompareDialog } from './views/compare/compare-dialog.tsx';
import { DifferenceDialog } from './views/compare/difference-dialog.tsx';

interface AppProps {
  readonly store: AppStore;
  readonly desktop: DesktopBridge | undefined;
  /** 'test' shows dialogs in place and without transitions. */
  readonly env?: 'default' | 'test';
}

export function App({ store, desktop, env = 'default' }: AppProps) {
  return (
    <StoreContext value={store}>
      <DesktopContext value={desktop}>
        <Page env={env} />
      </DesktopContext>
    </StoreContext>
  );
}

function Page({ env }: Required<Pick<AppProps, 'env'>>) {
  const { scheme, still } = useAppearance();
  const language = useApp((state) => languageOf(state.preferences));
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
  const open = useApp((state) => state.checkpoint !== undefined);
  const announcement = useApp((state) => state.announcement);
  const { over, ...drop } = useDrop();
  useShortcuts();
  return (
    <div className={css.window} data-over={over || undefined} {...drop}>
      {open ? <Frame /> : <StartPage />}
      <ConversionDialog />
      <StrategyDialog />
      <CompareDialog />
      <DifferenceDialog />
      <PathPicker />
      <ShortcutList />
      <CommandPalette />
      <div role="status" aria-live="polite" className="for-screen-readers">
        {announcement}
      </div>
    </div>
  );
}

import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
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
import { StartPage } from './start/start-page.tsx';
import { useDrop } from './start/use-drop.ts';
import { type AppStore, StoreContext, useApp } from './store/app-store.ts';
import { theme, variables } from './theme/theme.ts';
import { CompareDialog } from './views/compare/compare-dialog.tsx';
import { DifferenceDialog } from './views/compare/difference-dialog.tsx';

const scheme = localStorageColorSchemeManager({ key: 'shardscope.scheme' });

interface AppProps {
  readonly store: AppStore;
  readonly desktop: DesktopBridge | undefined;
  /** 'test' shows dialogs in place and without transitions. */
  readonly env?: 'default' | 'test';
}

export function App({ store, desktop, env = 'default' }: AppProps) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      colorSchemeManager={scheme}
      defaultColorScheme="auto"
      env={env}
    >
      <StoreContext value={store}>
        <DesktopContext value={desktop}>
          <ErrorBoundary>
            <Window />
          </ErrorBoundary>
        </DesktopContext>
      </StoreContext>
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

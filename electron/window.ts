import { BrowserWindow, type BrowserWindowConstructorOptions } from 'electron';
import type { JobState } from '../shared/jobs.ts';
import { isSettled } from '../shared/jobs.ts';
import { APP_ORIGIN } from './main/app-protocol.ts';
import type { StoredWindow } from './main/window-set.ts';

export interface WindowOptions {
  readonly preload: string;
  /** Under which its page remembers its tabs. */
  readonly name: string;
  /** Where it was last time; a new window begins without tabs, too. */
  readonly stored: StoredWindow | undefined;
  /** The page opens the path that the app was started with. */
  readonly opensInitial: boolean;
}

/** A window, where it was last time, showing the page when it has something to show. */
export function createWindow({ preload, name, stored, opensInitial }: WindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    ...(stored && { x: stored.x, y: stored.y, width: stored.width, height: stored.height }),
    minWidth: 800,
    minHeight: 560,
    show: false,
    title: 'Shardscope',
    webPreferences: { ...SECURE, preload },
  });
  if (stored?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  const query = new URLSearchParams({ window: name });
  if (!stored) query.set('new', '');
  if (opensInitial) query.set('open', '');
  void window.loadURL(`${APP_ORIGIN}/?${query}`);
  return window;
}

const SECURE: BrowserWindowConstructorOptions['webPreferences'] = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  navigateOnDragDrop: false,
  spellcheck: false,
};

/** The bar on the taskbar's icon: bytes of all running jobs together; none without jobs. */
export function showProgress(window: BrowserWindow, jobs: Iterable<JobState>): void {
  const running = [...jobs].filter((job) => !isSettled(job));
  const done = running.reduce((sum, { progress }) => sum + progress.bytesDone, 0);
  const total = running.reduce((sum, { progress }) => sum + progress.bytesTotal, 0);
  // Electron 44 dropped it on Linux. 2 is "under way, no telling how far".
  if (typeof window.setProgressBar !== 'function') return;
  window.setProgressBar(running.length === 0 ? -1 : total === 0 ? 2 : done / total);
}

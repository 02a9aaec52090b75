import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow, type Rectangle, screen } from 'electron';
import * as z from 'zod';
import type { JobState } from '../shared/jobs.ts';
import { isSettled } from '../shared/jobs.ts';
import { APP_ORIGIN } from './main/app-protocol.ts';

const storedWindow = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400).max(20_000),
  height: z.int().min(300).max(20_000),
  maximized: z.boolean(),
});
type StoredWindow = z.output<typeof storedWindow>;

/** The window, where it was last time, showing the page when it has something to show. */
export function createWindow(preload: string): BrowserWindow {
  const stored = readStored();
  const window = new BrowserWindow({
    width: 1440,
    height: 900,
    ...(stored && { x: stored.x, y: stored.y, width: stored.width, height: stored.height }),
    minWidth: 800,
    minHeight: 560,
    show: false,
    title: 'Shardscope',
    webPreferences: {
      preload,
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
    },
  });
  if (stored?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => store({ ...window.getNormalBounds(), maximized: window.isMaximized() }));
  void window.loadURL(`${APP_ORIGIN}/`);
  return window;
}

/** The bar on the taskbar's icon: bytes of all running jobs together; none without jobs. */
export function showProgress(window: BrowserWindow, jobs: Iterable<JobState>): void {
  const running = [...jobs].filter((job) => !isSettled(job));
  const done = running.reduce((sum, { progress }) => sum + progress.bytesDone, 0);
  const total = running.reduce((sum, { progress }) => sum + progress.bytesTotal, 0);
  // Electron 44 dropped it on Linux. 2 is "under way, no telling how far".
  if (typeof window.setProgressBar !== 'function') return;
  window.setProgressBar(running.length === 0 ? -1 : total === 0 ? 2 : done / total);
}

function storedFile(): string {
  return join(app.getPath('userData'), 'window.json');
}

/** undefined when there is none, it is damaged, or the display it was on is gone. */
function readStored(): StoredWindow | undefined {
  try {
    const stored = storedWindow.parse(JSON.parse(readFileSync(storedFile(), 'utf8')));
    return screen.getAllDisplays().some(({ workArea }) => overlaps(stored, workArea)) ? stored : undefined;
  } catch {
    return undefined;
  }
}

function store(window: StoredWindow): void {
  try {
    writeFileSync(storedFile(), JSON.stringify(window));
  } catch {
    // Not worth a word: the next start opens where the first one did.
  }
}

/** Enough of the window is on the display to take hold of it: 100 pixels each way. */
function overlaps(window: Rectangle, area: Rectangle): boolean {
  const width = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x);
  const height = Math.min(window.y + window.height, area.y + area.height) - Math.max(window.y, area.y);
  return width >= 100 && height >= 100;
}

import { app, type BrowserWindow, type WebContents } from 'electron';
import { createWindow } from '../window.ts';
import { readWindows, type StoredWindow, storeWindows } from './window-set.ts';

export interface WindowsOptions {
  readonly preload: string;
  /** Whether a window may close now; where it may not, the app does not quit either. */
  mayClose(window: BrowserWindow): boolean;
}

/**
 * The app's windows. Those that are open when it quits, or the last one that was closed, come back at the next start
 * where they were, each with its tabs.
 */
export class Windows {
  private readonly options: WindowsOptions;
  private readonly names = new Map<BrowserWindow, string>();
  private last: BrowserWindow | undefined;
  /** All windows are being closed because the app quits. */
  quitting = false;

  constructor(options: WindowsOptions) {
    this.options = options;
    app.on('before-quit', () => {
      this.quitting = true;
      this.remember();
    });
  }

  get all(): readonly BrowserWindow[] {
    return [...this.names.keys()];
  }

  /** The window that had the focus last. */
  get current(): BrowserWindow | undefined {
    return this.last;
  }

  of(contents: WebContents): BrowserWindow | undefined {
    return this.all.find((window) => window.webContents === contents);
  }

  /** Brings back the windows of the last run; one where there were none. */
  restore(opensInitial: boolean): void {
    const stored = readWindows();
    for (const [index, one] of stored.entries())
      this.make(one.name, one, opensInitial && index === stored.length - 1);
    if (stored.length === 0) this.add(opensInitial);
  }

  add(opensInitial = false): void {
    const taken = new Set(this.names.values());
    let number = 1;
    while (taken.has(String(number))) number += 1;
    this.make(String(number), undefined, opensInitial);
  }

  private make(name: string, stored: StoredWindow | undefined, opensInitial: boolean): void {
    const window = createWindow({ preload: this.options.preload, name, stored, opensInitial });
    this.names.set(window, name);
    this.last = window;
    window.on('focus', () => {
      this.last = window;
    });
    window.on('close', (event) => {
      if (!this.options.mayClose(window)) {
        this.quitting = false;
        event.preventDefault();
      } else if (!this.quitting && this.names.size === 1) this.remember();
    });
    window.on('closed', () => {
      this.names.delete(window);
      if (this.last === window) this.last = this.all.at(-1);
      // One of several was closed for good.
      if (!this.quitting && this.names.size > 0) this.remember();
    });
    // The engine and its jobs live on; the page finds them again.
    window.webContents.on('render-process-gone', () => {
      if (!window.isDestroyed()) window.webContents.reload();
    });
  }

  private remember(): void {
    // Nothing is left to remember once the last one is closed: that was done before.
    if (this.names.size === 0) return;
    storeWindows(
      [...this.names].map(([window, name]) => ({
        name,
        ...window.getNormalBounds(),
        maximized: window.isMaximized(),
      })),
    );
  }
}

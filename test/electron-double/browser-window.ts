import { EventEmitter } from 'node:events';
import type { Link } from './link.ts';
import { prevented } from './preventable.ts';

export interface Frame {
  readonly url: string;
  readonly origin: string;
}

/** A window whose page is opened by the test, in its own browser. What is done to no window in particular is done to the first. */
export class BrowserWindowDouble extends EventEmitter {
  private static link: Link;
  private static app: EventEmitter;
  private static record: (name: string, ...args: unknown[]) => void;
  private static open: BrowserWindowDouble[] = [];

  private static last = 0;

  readonly id: number;
  readonly webContents: WebContentsDouble;
  private destroyed = false;
  private maximized = false;
  private readonly bounds: { x: number; y: number; width: number; height: number };

  static connect(link: Link, app: EventEmitter, record: (name: string, ...args: unknown[]) => void): void {
    BrowserWindowDouble.link = link;
    BrowserWindowDouble.app = app;
    BrowserWindowDouble.record = record;
    const of = BrowserWindowDouble.of;
    const contents = () => BrowserWindowDouble.open[0]?.webContents;
    link.on('contents-event', ({ name, details, window }: ContentsEvent) =>
      prevented((event) => of(window)?.webContents.emit(name, { ...event, ...details })),
    );
    link.on('window-open', (url: string) => contents()?.opener({ url }).action ?? 'allow');
    link.on('close-window', ({ window }: { window?: number }) => of(window)?.close());
    link.on('ready-to-show', ({ window }: { window?: number }) => of(window)?.emit('ready-to-show'));
  }

  static of(id: number | undefined): BrowserWindowDouble | undefined {
    return BrowserWindowDouble.open.find((window) => id === undefined || window.id === id);
  }

  static getAllWindows(): readonly BrowserWindowDouble[] {
    return [...BrowserWindowDouble.open];
  }

  constructor(options: { x?: number; y?: number; width: number; height: number; webPreferences: object }) {
    super();
    BrowserWindowDouble.last += 1;
    this.id = BrowserWindowDouble.last;
    const { x = 0, y = 0, width, height } = options;
    this.bounds = { x, y, width, height };
    this.webContents = new WebContentsDouble(BrowserWindowDouble.link, this.id, options.webPreferences);
    BrowserWindowDouble.open.push(this);
    BrowserWindowDouble.record('BrowserWindow', options);
    BrowserWindowDouble.app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    this.webContents.mainFrame = { url, origin: originOf(url) };
    await BrowserWindowDouble.link.ask('load', {
      url,
      window: this.id,
      options: this.webContents.preferences,
    });
  }

  close(): void {
    if (this.destroyed || prevented((event) => this.emit('close', event))) return;
    this.destroyed = true;
    this.webContents.emit('destroyed');
    BrowserWindowDouble.open = BrowserWindowDouble.open.filter((other) => other !== this);
    BrowserWindowDouble.link.tell('closed', { window: this.id });
    this.emit('closed');
    if (BrowserWindowDouble.open.length === 0) BrowserWindowDouble.app.emit('window-all-closed');
  }

  setProgressBar(value: number): void {
    BrowserWindowDouble.record('setProgressBar', value);
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  show(): void {
    BrowserWindowDouble.record('show');
  }
  focus(): void {
    BrowserWindowDouble.record('focus');
  }
  isMinimized(): boolean {
    return false;
  }
  restore(): void {}
  maximize(): void {
    this.maximized = true;
  }
  isMaximized(): boolean {
    return this.maximized;
  }
  getNormalBounds(): object {
    return this.bounds;
  }
}

export class WebContentsDouble extends EventEmitter {
  mainFrame: Frame = { url: '', origin: '' };
  opener: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });
  readonly preferences: object;
  private readonly link: Link;
  private readonly window: number;
  private destroyed = false;

  constructor(link: Link, window: number, preferences: object) {
    super();
    this.link = link;
    this.window = window;
    this.preferences = preferences;
    this.on('destroyed', () => {
      this.destroyed = true;
    });
  }

  setWindowOpenHandler(handler: WebContentsDouble['opener']): void {
    this.opener = handler;
  }
  send(channel: string, ...args: unknown[]): void {
    this.link.tell('to-page', { window: this.window, channel, args });
  }
  reload(): void {
    this.link.tell('reload', { window: this.window });
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
}

interface ContentsEvent {
  readonly name: string;
  readonly details: object;
  /** The first one when absent. */
  readonly window?: number;
}

/** WHATWG gives schemes of one's own no origin; Chromium does once they are registered as standard. */
function originOf(url: string): string {
  return /^[a-z]+:\/\/[^/]*/.exec(url)?.[0] ?? 'null';
}

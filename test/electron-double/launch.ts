import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page, type Frame as PageFrame, type Route } from 'playwright';
import { findBrowser, sandboxArguments } from '../../electron/cli/browser.ts';
import type { Frame } from './browser-window.ts';
import type { DoubleOptions } from './electron.ts';
import { Link } from './link.ts';
import { APP_ORIGIN, BINDING, DELIVER, PAGE_ORIGIN, pageScript } from './page-script.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface LaunchOptions {
  /** Arguments of the app: a path to open. */
  readonly args?: readonly string[];
  readonly dialogAnswers?: DoubleOptions['dialogAnswers'];
  /** Folder of the bundles; `dist/` when absent. */
  readonly bundles?: string;
  /** Paths of files that a test drops, by their names. */
  readonly droppable?: Readonly<Record<string, string>>;
  /** false: another instance is running. */
  readonly hasLock?: boolean;
  /** The system's language; English when absent. */
  readonly language?: string;
  /** What a run before left behind. */
  readonly after?: Run;
}

/** What stays of a run: the app's folder, and what its pages remember. */
export interface Run {
  readonly userData: string;
  readonly storage: Awaited<ReturnType<BrowserContext['storageState']>>;
}

/** One thing that the app asked of Electron. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The desktop app, running against the double: its page in Chromium, its main process in plain Node. */
export interface Desktop {
  readonly page: Page;
  /** The pages of all windows, in the order in which they were made. */
  readonly pages: readonly Page[];
  readonly calls: readonly Call[];
  /** Requests of the page that the app did not let out. */
  readonly cancelled: readonly string[];
  /** Addresses of windows that the page tried to open. */
  readonly opened: readonly string[];
  /** Arguments of all calls of a name. */
  called(name: string): readonly (readonly unknown[])[];
  /** Sends a message to the main process as any frame of any page might. */
  ipc(channel: string, args: readonly unknown[], frame: 'top' | Frame, invoke: boolean): Promise<unknown>;
  /** Asks the double: 'channels', 'menu', 'menu-items', 'permission', 'request', 'app-event', 'contents-event', 'close-window'. */
  ask<T>(kind: string, payload: unknown): Promise<T>;
  /** Resolves with the exit code of the main process. */
  readonly exited: Promise<number | null>;
  close(): Promise<void>;
  /** Quits, and leaves what the next run finds. */
  quit(): Promise<Run>;
}

/** Why the double cannot run here; undefined when it can. */
export function whyNot(): string | undefined {
  return findBrowser() === undefined ? 'no Chromium is installed (SHARDSCOPE_CHROMIUM names one)' : undefined;
}

/** Starts the app and waits for its page. */
export async function launchDesktop(options: LaunchOptions = {}): Promise<Desktop> {
  const { args = [], dialogAnswers = [], droppable = {}, hasLock = true, language = 'en-US' } = options;
  const bundles = options.bundles ?? join(ROOT, 'dist');
  const { after } = options;
  const userData = after?.userData ?? (await mkdtemp(join(tmpdir(), 'shardscope-desktop-')));
  const executablePath = findBrowser();
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: sandboxArguments(),
  });
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: language,
    ...(after && { storageState: after.storage }),
  });
  const double: DoubleOptions = { userData, hasLock, dialogAnswers, languages: [language] };
  const child = fork(
    join(ROOT, 'test', 'electron-double', 'child.ts'),
    [join(bundles, 'main.cjs'), ...args],
    {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
      env: { ...process.env, DOUBLE: JSON.stringify(double) },
    },
  );
  const link = new Link(child);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const calls: Call[] = [];
  link.on('call', (call: Call) => void calls.push(call));

  const preload = await readFile(join(bundles, 'preload.cjs'), 'utf8');
  const shell = new Shell(link, context);
  await context.exposeBinding(
    BINDING,
    ({ frame, page }, message: { channel: string; args: unknown[]; invoke: boolean }) =>
      // The binding is taken from the page by the script below, so this is the preload of the top frame.
      link.ask('ipc', {
        ...message,
        window: shell.windowOf(page),
        frame: frame.parentFrame() === null ? 'top' : describe(frame.url()),
      }),
  );
  await context.addInitScript({ content: pageScript(preload, droppable) });
  const page = await Promise.race([
    shell.loaded,
    exited.then((code) => Promise.reject(new Error(`the main process ended with ${code}`))),
  ]).catch(async (error: unknown) => {
    await browser.close();
    await rm(userData, { recursive: true, force: true });
    throw error;
  });

  const end = async () => {
    if (child.connected) link.tell('quit', {});
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await exited;
    clearTimeout(timer);
    await browser.close();
  };
  return {
    page,
    get pages() {
      return shell.pages;
    },
    calls,
    cancelled: shell.cancelled,
    opened: shell.opened,
    called: (name) => calls.filter((call) => call.name === name).map((call) => call.args),
    ipc: (channel, given, frame, invoke) => link.ask('ipc', { channel, args: given, frame, invoke }),
    ask: (kind, payload) => link.ask(kind, payload),
    exited,
    async close() {
      await end();
      await rm(userData, { recursive: true, force: true });
    },
    async quit() {
      const storage = await context.storageState();
      await end();
      return { userData, storage };
    },
  };
}

/** A window's page, and whether the navigation under way is one that the shell itself asked for. */
interface Shown {
  readonly page: Page;
  /** No event tells the app of it then. */
  own: boolean;
  delivery: Promise<unknown>;
}

/** The browser's side of the windows: loads their pages, routes their requests, tells their navigations. */
class Shell {
  readonly cancelled: string[] = [];
  readonly opened: string[] = [];
  /** The first window's. */
  readonly loaded: Promise<Page>;
  private readonly windows = new Map<number, Shown>();
  private making = false;
  private routed: Promise<unknown> | undefined;
  private readonly link: Link;
  private readonly context: BrowserContext;

  constructor(link: Link, context: BrowserContext) {
    this.link = link;
    this.context = context;
    // What is left of a window that was refused.
    context.on('page', (popup) => {
      if (!this.making) void popup.close();
    });
    // One after the other, so that no window is taken for a refused one.
    let making: Promise<unknown> = Promise.resolve();
    this.loaded = new Promise((resolve, reject) => {
      link.on('load', ({ url, window }: { url: string; window: number }) => {
        making = making.then(() => this.load(url, window).then(resolve, reject));
        return making;
      });
    });
    link.on('to-page', ({ window, channel, args }: { window: number; channel: string; args: unknown[] }) =>
      this.deliver(window, channel, args),
    );
    link.on('reload', async ({ window }: { window: number }) => {
      const shown = this.windows.get(window);
      if (shown === undefined) return;
      shown.own = true;
      await shown.page.reload();
    });
    link.on('closed', ({ window }: { window: number }) => {
      const shown = this.windows.get(window);
      this.windows.delete(window);
      return shown?.page.close();
    });
  }

  get pages(): readonly Page[] {
    return [...this.windows.values()].map(({ page }) => page);
  }

  windowOf(page: Page | undefined): number | undefined {
    for (const [window, shown] of this.windows) if (shown.page === page) return window;
    return undefined;
  }

  private async load(url: string, window: number): Promise<Page> {
    this.routed ??= this.context.route('**/*', (route) => this.answer(route));
    await this.routed;
    this.making = true;
    const page = await this.context.newPage();
    this.making = false;
    const shown: Shown = { page, own: true, delivery: Promise.resolve() };
    this.windows.set(window, shown);
    page.on('framenavigated', (frame) => {
      if (frame === page.mainFrame()) shown.own = false;
    });
    await page.goto(url.replace(APP_ORIGIN, PAGE_ORIGIN));
    this.link.tell('ready-to-show', { window });
    return page;
  }

  private async answer(route: Route): Promise<void> {
    const request = route.request();
    const url = request.url().replace(PAGE_ORIGIN, APP_ORIGIN);
    const window = this.windowOf(frameOf(route)?.page());
    // A window that is being opened asks before its page is there.
    if (window === undefined) return this.refuseWindow(route, url);
    if (request.isNavigationRequest() && !(await this.mayNavigate(route, url, window)))
      return route.abort('aborted');
    if (await this.link.ask<boolean>('before-request', url)) {
      this.cancelled.push(url);
      return route.abort('blockedbyclient');
    }
    if (!url.startsWith(APP_ORIGIN)) return route.abort('failed');
    const answer = await this.link.ask<{ status: number; headers: Record<string, string>; body: Uint8Array }>(
      'request',
      { url, method: request.method() },
    );
    await route.fulfill({ status: answer.status, headers: answer.headers, body: Buffer.from(answer.body) });
  }

  private async mayNavigate(route: Route, url: string, window: number): Promise<boolean> {
    const shown = this.windows.get(window);
    if (shown === undefined) return false;
    const isMainFrame = frameOf(route) === shown.page.mainFrame();
    // A reload is no navigation of the page's own making for Electron either.
    const isReload = isMainFrame && route.request().url() === shown.page.url();
    const name = isMainFrame ? 'will-navigate' : 'will-frame-navigate';
    const asked = shown.own || isReload;
    const tell = (event: string, details: object) =>
      this.link.ask<boolean>('contents-event', { window, name: event, details });
    if (!asked && (await tell(name, { url, isMainFrame }))) return false;
    if (isMainFrame) await tell('did-start-navigation', { url, isMainFrame: true, isSameDocument: false });
    return true;
  }

  private async refuseWindow(route: Route, url: string): Promise<void> {
    this.opened.push(url);
    const action = await this.link.ask<string>('window-open', url);
    if (action !== 'deny') throw new Error(`a window was let open: ${url}`);
    await route.abort('blockedbyclient');
  }

  /** One after another: order is what the protocol relies on. */
  private deliver(id: number, channel: string, args: readonly unknown[]): void {
    const shown = this.windows.get(id);
    if (shown === undefined) return;
    shown.delivery = shown.delivery
      .then(() =>
        shown.page.evaluate(
          ([deliver, name, values]) =>
            (window as unknown as Record<string, (channel: string, args: readonly unknown[]) => void>)[
              deliver
            ]?.(name, values),
          [DELIVER, channel, args] as const,
        ),
      )
      // The page has gone on to another document, or away.
      .catch(() => undefined);
  }
}

/** undefined for the first request of a window that has no page yet. */
function frameOf(route: Route): PageFrame | undefined {
  try {
    return route.request().frame();
  } catch {
    return undefined;
  }
}

function describe(url: string): Frame {
  const mapped = url.replace(PAGE_ORIGIN, APP_ORIGIN);
  return { url: mapped, origin: /^[a-z]+:\/\/[^/]*/.exec(mapped)?.[0] ?? 'null' };
}

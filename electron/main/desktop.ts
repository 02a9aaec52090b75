import { join } from 'node:path';
import { app, type BrowserWindow, session, shell, type WebContents } from 'electron';
import { jobTitle } from '../../shared/job-title.ts';
import { isSettled, type JobState } from '../../shared/jobs.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { knownLanguage, type Language } from '../../shared/text/language.ts';
import { speakFrom } from '../../shared/text/t.ts';
import chinese from '../../shared/text/zh-CN.json' with { type: 'json' };
import { confirmQuit, pickFile, pickFolder, pickOutput } from '../dialogs.ts';
import { listenToPages } from '../ipc.ts';
import { CHANNELS } from '../ipc-channels.ts';
import { setMenu } from '../menu.ts';
import { hostGuard } from '../server/guard.ts';
import type { StaticFiles } from '../server/static-files.ts';
import { showProgress } from '../window.ts';
import { serveApp } from './app-protocol.ts';
import { EngineProcess } from './engine-process.ts';
import { Grants, granting } from './grants.ts';
import { restrictSession } from './security.ts';
import { Windows } from './windows.ts';

export interface DesktopOptions {
  /** Folder of the bundles: preload, engine, page. */
  readonly bundles: string;
  readonly page: StaticFiles;
  readonly initialPath: string | undefined;
}

/** The running desktop app: its windows, one engine, and what is granted between them. */
export class Desktop {
  private readonly grants = new Grants();
  private readonly engine: EngineProcess;
  private readonly jobs = new Map<string, JobState>();
  private readonly windows: Windows;
  /** Recently opened paths, newest first, as the menu lists them. */
  private recent: readonly string[] = [];
  private readonly listening = new WeakSet<WebContents>();
  /** Paths for pages that do not listen yet: a window that is made for a path is told before its page is there. */
  private readonly untold = new WeakMap<WebContents, readonly string[]>();
  /** A person said that running jobs may be cancelled. */
  private mayCancel = false;

  /** To be made once, when the app is ready. */
  constructor(options: DesktopOptions) {
    restrictSession(session.defaultSession);
    serveApp(options.page);
    this.engine = new EngineProcess({
      bundles: options.bundles,
      stateFolder: app.getPath('userData'),
      info: {
        host: 'desktop',
        platform: process.platform,
        roots: [],
        readOnly: false,
        ...(options.initialPath !== undefined && { initialPath: options.initialPath }),
      },
    });
    if (options.initialPath !== undefined) void this.grants.read(options.initialPath);
    this.followEngine();
    this.answerPage();
    // Until the page has said what it speaks.
    this.speak(knownLanguage(app.getPreferredSystemLanguages()));
    this.windows = new Windows({
      preload: join(options.bundles, 'preload.cjs'),
      mayClose: (window) => this.mayClose(window),
    });
    this.windows.restore(options.initialPath !== undefined);
  }

  /** Shows the window that was used last, making one where there is none. */
  show(): void {
    const { current } = this.windows;
    this.mayCancel = false;
    if (current === undefined) {
      this.windows.restore(false);
      return;
    }
    if (current.isMinimized()) current.restore();
    current.focus();
  }

  /** Opens a path that came from outside the page, which may then use it. */
  async open(path: string): Promise<void> {
    this.show();
    await this.grants.read(path);
    this.tell(path);
  }

  /** Ends the engine; its jobs clean up first. */
  quit(): Promise<void> {
    return this.engine.quit();
  }

  private speak(language: Language): void {
    speakFrom(language === 'zh-CN' ? chinese : undefined);
    this.showMenu();
  }

  private showRecent(recent: readonly string[]): void {
    this.recent = recent;
    this.showMenu();
  }

  private showMenu(): void {
    setMenu(this.recent, {
      newWindow: () => this.windows.add(),
      openFolder: () => void this.choose(this.windows.current, pickFolder).then((path) => this.tell(path)),
      openFile: () => void this.choose(this.windows.current, pickFile).then((path) => this.tell(path)),
      open: (path) => void this.open(path),
      forgetRecent: () => void this.engine.call('recent.remove', {}).catch(() => undefined),
    });
  }

  private answerPage(): void {
    const served = granting(this.engine, this.grants);
    const guard = hostGuard(this.grants.limits);
    // A page may begin where it was last time: the recent list is granted before the first path is looked at.
    const { signal } = new AbortController();
    const remembered = served.implementation['app.info']({}, { signal }).then(
      ({ recent }) => this.showRecent(recent),
      () => undefined,
    );
    const connections = listenToPages(
      (contents) => this.windows.of(contents) !== undefined,
      {
        pickFolder: async (page) => (await this.choose(this.windows.of(page), pickFolder)) ?? null,
        pickFile: async (page) => (await this.choose(this.windows.of(page), pickFile)) ?? null,
        pickOutput: async (page, suggested) => {
          const window = this.windows.of(page);
          const path = window && (await pickOutput(window, suggested));
          if (path !== undefined) await this.grants.write(path);
          return path ?? null;
        },
        dropped: async (path) => {
          if (path === '') return null;
          await this.grants.read(path);
          return path;
        },
        reveal: async (path) => {
          if (this.grants.isOutput(path)) shell.showItemInFolder(path);
        },
        speak: (language) => this.speak(language),
        listens: (page) => {
          this.listening.add(page);
          for (const path of this.untold.get(page) ?? []) page.send(CHANNELS.open, path);
          this.untold.delete(page);
        },
      },
      (port) =>
        serve(port, served, {
          guard: async (method, input) => {
            await remembered;
            await guard(method, input);
          },
        }),
    );
    this.engine.onDeath = () => {
      this.jobs.clear();
      this.showJobs();
      connections.closeAll();
    };
    // A page that is loaded again, or gone, leaves its connections behind.
    app.on('web-contents-created', (_event, contents) => {
      contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
        if (!isMainFrame || isSameDocument) return;
        this.listening.delete(contents);
        connections.closeAll(contents);
      });
      contents.on('render-process-gone', () => connections.closeAll(contents));
      contents.on('destroyed', () => connections.closeAll(contents));
    });
  }

  private followEngine(): void {
    this.engine.listen((event) => {
      if (event.type === 'recent') this.showRecent(event.recent);
      if (event.type !== 'job' && event.type !== 'job-dismissed') return;
      if (event.type === 'job') this.jobs.set(event.job.id, event.job);
      else this.jobs.delete(event.job);
      if (event.type === 'job' && event.job.state === 'done') void this.grants.output(event.job.result.out);
      this.showJobs();
    });
  }

  private showJobs(): void {
    for (const window of this.windows.all)
      if (!window.isDestroyed()) showProgress(window, this.jobs.values());
  }

  private async choose(
    window: BrowserWindow | undefined,
    pick: (window: BrowserWindow) => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const path = window && (await pick(window));
    if (path !== undefined) await this.grants.read(path);
    return path;
  }

  private tell(path: string | undefined): void {
    const page = this.windows.current?.webContents;
    if (path === undefined || page === undefined) return;
    if (this.listening.has(page)) page.send(CHANNELS.open, path);
    else this.untold.set(page, [...(this.untold.get(page) ?? []), path]);
  }

  /** Closing the last window, or quitting, ends the jobs: that is asked for. */
  private mayClose(window: BrowserWindow): boolean {
    const running = [...this.jobs.values()].filter((job) => !isSettled(job));
    const { quitting, all } = this.windows;
    if (this.mayCancel || running.length === 0 || (!quitting && all.length > 1)) return true;
    void confirmQuit(window, running.map(jobTitle)).then((confirmed) => {
      if (!confirmed) return;
      this.mayCancel = true;
      if (quitting) app.quit();
      else window.close();
    });
    return false;
  }
}

import { join } from 'node:path';
import { app, type BrowserWindow, session, shell } from 'electron';
import { isSettled, type JobState } from '../../shared/jobs.ts';
import { serve } from '../../shared/rpc.ts';
import { confirmQuit, pickFile, pickFolder, pickOutput } from '../dialogs.ts';
import { listenToPage } from '../ipc.ts';
import { CHANNELS } from '../ipc-channels.ts';
import { setMenu } from '../menu.ts';
import { hostGuard } from '../server/guard.ts';
import type { StaticFiles } from '../server/static-files.ts';
import { createWindow, showProgress } from '../window.ts';
import { serveApp } from './app-protocol.ts';
import { EngineProcess } from './engine-process.ts';
import { Grants, granting } from './grants.ts';
import { restrictSession } from './security.ts';

export interface DesktopOptions {
  /** Folder of the bundles: preload, engine, page. */
  readonly bundles: string;
  readonly page: StaticFiles;
  readonly initialPath: string | undefined;
}

/** The running desktop app: one window, one engine, and what is granted between them. */
export class Desktop {
  private readonly options: DesktopOptions;
  private readonly grants = new Grants();
  private readonly engine: EngineProcess;
  private readonly jobs = new Map<string, JobState>();
  private window: BrowserWindow | undefined;
  private mayClose = false;

  /** To be made once, when the app is ready. */
  constructor(options: DesktopOptions) {
    this.options = options;
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
    this.followJobs();
    this.answerPage();
    setMenu({
      openFolder: () => void this.choose(pickFolder).then((path) => this.tell(path)),
      openFile: () => void this.choose(pickFile).then((path) => this.tell(path)),
    });
    this.show();
  }

  /** Shows the window, making it where there is none. */
  show(): void {
    if (this.window) {
      if (this.window.isMinimized()) this.window.restore();
      this.window.focus();
      return;
    }
    const window = createWindow(join(this.options.bundles, 'preload.cjs'));
    this.window = window;
    this.mayClose = false;
    window.on('close', (event) => this.beforeClose(window, event));
    window.on('closed', () => {
      this.window = undefined;
    });
    // The engine and its jobs live on; the page finds them again.
    window.webContents.on('render-process-gone', () => {
      if (!window.isDestroyed()) window.webContents.reload();
    });
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

  private answerPage(): void {
    const served = granting(this.engine, this.grants);
    const guard = hostGuard(this.grants.limits);
    // A page may begin where it was last time: the recent list is granted before the first path is looked at.
    const { signal } = new AbortController();
    const remembered = served.implementation['app.info']({}, { signal }).catch(() => undefined);
    const connections = listenToPage(
      () => this.window?.webContents,
      {
        pickFolder: async () => (await this.choose(pickFolder)) ?? null,
        pickFile: async () => (await this.choose(pickFile)) ?? null,
        pickOutput: async (suggested) => {
          const path = this.window && (await pickOutput(this.window, suggested));
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
        if (isMainFrame && !isSameDocument) connections.closeAll();
      });
      contents.on('render-process-gone', () => connections.closeAll());
      contents.on('destroyed', () => connections.closeAll());
    });
  }

  private followJobs(): void {
    this.engine.listen((event) => {
      if (event.type !== 'job' && event.type !== 'job-dismissed') return;
      if (event.type === 'job') this.jobs.set(event.job.id, event.job);
      else this.jobs.delete(event.job);
      if (event.type === 'job' && event.job.state === 'done') void this.grants.output(event.job.result.out);
      this.showJobs();
    });
  }

  private showJobs(): void {
    if (this.window && !this.window.isDestroyed()) showProgress(this.window, this.jobs.values());
  }

  private async choose(
    pick: (window: BrowserWindow) => Promise<string | undefined>,
  ): Promise<string | undefined> {
    const path = this.window && (await pick(this.window));
    if (path !== undefined) await this.grants.read(path);
    return path;
  }

  private tell(path: string | undefined): void {
    if (path !== undefined) this.window?.webContents.send(CHANNELS.open, path);
  }

  private beforeClose(window: BrowserWindow, event: { preventDefault(): void }): void {
    const running = [...this.jobs.values()].filter((job) => !isSettled(job));
    if (this.mayClose || running.length === 0) return;
    event.preventDefault();
    void confirmQuit(
      window,
      running.map(({ title }) => title),
    ).then((confirmed) => {
      if (!confirmed) return;
      this.mayClose = true;
      window.close();
    });
  }
}

import { EventEmitter } from 'node:events';
import { BrowserWindowDouble, type Frame } from './browser-window.ts';
import type { Link } from './link.ts';
import { prevented } from './preventable.ts';
import { forkUtility } from './utility-process.ts';

/** How the double starts, from the environment of its process (`DOUBLE`, JSON). */
export interface DoubleOptions {
  readonly userData: string;
  readonly hasLock: boolean;
  /** The system's languages, best first. */
  readonly languages: readonly string[];
  /** Answers of dialogs in their order: a path, null for dismissed, a number for a button. */
  readonly dialogAnswers: readonly (string | number | null)[];
}

type Answer = (granted: boolean) => void;

/**
 * The part of the `electron` module that the app uses. What it is told is recorded by the test (`calls`); what
 * the system or the page does, the test asks for over the link.
 */
export function makeElectron(link: Link): Record<string, unknown> {
  const options = JSON.parse(process.env.DOUBLE ?? '{}') as DoubleOptions;
  const record = (name: string, ...args: unknown[]) => link.tell('call', { name, args });
  const answers = [...options.dialogAnswers];
  const nextPath = () => {
    const answer = answers.shift();
    return typeof answer === 'string' ? answer : undefined;
  };

  const app = Object.assign(new EventEmitter(), {
    isPackaged: false,
    name: 'Shardscope',
    enableSandbox: () => record('enableSandbox'),
    getPath: () => options.userData,
    getPreferredSystemLanguages: () => [...options.languages],
    requestSingleInstanceLock: (data: unknown) => {
      record('requestSingleInstanceLock', data);
      return options.hasLock;
    },
    whenReady: () => new Promise<void>((resolve) => setImmediate(resolve)),
    quit: () => {
      app.emit('before-quit', {});
      for (const window of BrowserWindowDouble.getAllWindows()) window.close();
      if (BrowserWindowDouble.getAllWindows().length > 0) return;
      if (!prevented((event) => app.emit('will-quit', event))) process.exit(0);
    },
  });
  BrowserWindowDouble.connect(link, app, record);

  const ipcMain = new EventEmitter();
  const invokable = new Map<string, (event: unknown, ...args: unknown[]) => unknown>();
  let permissionRequest: ((contents: unknown, permission: string, answer: Answer) => void) | undefined;
  let permissionCheck: ((contents: unknown, permission: string) => boolean) | undefined;
  let beforeRequest:
    | ((details: { url: string }, answer: (decision: { cancel: boolean }) => void) => void)
    | undefined;
  let scheme: ((request: Request) => Response | Promise<Response>) | undefined;
  let menu: readonly MenuItem[] = [];

  link.on('ipc', async ({ channel, args, frame, invoke, window: id }: IpcMessage) => {
    const window = BrowserWindowDouble.of(id);
    if (!window) return undefined;
    const sender = window.webContents;
    const senderFrame = frame === 'top' ? sender.mainFrame : frame;
    const event = { sender, senderFrame };
    if (!invoke) return void ipcMain.emit(channel, event, ...args);
    return invokable.get(channel)?.(event, ...args);
  });
  link.on('channels', () => ({
    send: ipcMain.eventNames(),
    invoke: [...invokable.keys()],
  }));
  link.on('request', async ({ url, method }: { url: string; method: string }) => {
    if (!scheme) throw new Error('no protocol handler');
    const response = await scheme(new Request(url, { method }));
    const body = new Uint8Array(await response.arrayBuffer());
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  });
  link.on(
    'before-request',
    (url: string) =>
      new Promise((resolve) => {
        if (beforeRequest) beforeRequest({ url }, ({ cancel }) => resolve(cancel));
        else resolve(false);
      }),
  );
  link.on('permission', async (permission: string) => {
    const contents = BrowserWindowDouble.getAllWindows()[0]?.webContents;
    const requested = await new Promise<boolean>((resolve) =>
      permissionRequest ? permissionRequest(contents, permission, resolve) : resolve(true),
    );
    return { requested, checked: permissionCheck?.(contents, permission) ?? true };
  });
  link.on('menu', (label: string) => {
    const all = (items: readonly MenuItem[]): readonly MenuItem[] =>
      items.flatMap((item) => [item, ...all(item.submenu ?? [])]);
    all(menu)
      .find((item) => item.label === label && item.enabled !== false)
      ?.click?.();
  });
  link.on('menu-items', () => {
    const shown = ({ label, role, enabled, submenu }: MenuItem): object => ({
      label,
      role,
      ...(enabled === false && { enabled }),
      ...(submenu && { submenu: submenu.map(shown) }),
    });
    return menu.map(shown);
  });
  link.on('app-event', ({ name, args }: { name: string; args: unknown[] }) =>
    prevented((event) => app.emit(name, event, ...args)),
  );
  link.on('quit', () => app.quit());

  return {
    app,
    ipcMain: Object.assign(ipcMain, {
      handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) =>
        void invokable.set(channel, handler),
    }),
    BrowserWindow: BrowserWindowDouble,
    Menu: {
      buildFromTemplate: (template: readonly MenuItem[]) => template,
      setApplicationMenu: (template: readonly MenuItem[]) => {
        menu = template;
      },
    },
    dialog: {
      async showOpenDialog(_window: unknown, asked: unknown) {
        record('showOpenDialog', asked);
        const path = nextPath();
        return { canceled: path === undefined, filePaths: path === undefined ? [] : [path] };
      },
      async showSaveDialog(_window: unknown, asked: unknown) {
        record('showSaveDialog', asked);
        const path = nextPath();
        return { canceled: path === undefined, filePath: path ?? '' };
      },
      async showMessageBox(_window: unknown, asked: unknown) {
        record('showMessageBox', asked);
        return { response: Number(answers.shift() ?? 0) };
      },
    },
    protocol: {
      registerSchemesAsPrivileged: (schemes: unknown) => record('registerSchemesAsPrivileged', schemes),
      handle: (_name: string, handler: NonNullable<typeof scheme>) => {
        scheme = handler;
      },
    },
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler: typeof permissionRequest) => {
          permissionRequest = handler;
        },
        setPermissionCheckHandler: (handler: typeof permissionCheck) => {
          permissionCheck = handler;
        },
        setDevicePermissionHandler: (handler: () => boolean) => record('devicePermission', handler()),
        webRequest: {
          onBeforeRequest: (handler: typeof beforeRequest) => {
            beforeRequest = handler;
          },
        },
      },
    },
    shell: {
      showItemInFolder: (path: string) => record('showItemInFolder', path),
      openExternal: async (url: string) => record('openExternal', url),
    },
    utilityProcess: {
      fork: (path: string, args: string[], forkOptions: { env?: NodeJS.ProcessEnv }) => {
        const child = forkUtility(path, args, forkOptions.env ?? process.env);
        record('fork', path, child.pid);
        return child;
      },
    },
  };
}

/** As the app builds it. */
interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly enabled?: boolean;
  readonly submenu?: readonly MenuItem[];
  click?(): void;
}

interface IpcMessage {
  readonly channel: string;
  readonly args: readonly unknown[];
  readonly frame: 'top' | Frame;
  readonly invoke: boolean;
  /** Whose page sends it; the first window's when absent. */
  readonly window?: number;
}

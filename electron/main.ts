import { join } from 'node:path';
import { app } from 'electron';
import { registerAppScheme } from './main/app-protocol.ts';
import { Desktop } from './main/desktop.ts';
import { restrictContents } from './main/security.ts';
import { startPath } from './main/start-path.ts';
import { readStaticFiles } from './server/static-files.ts';

/** The desktop app's start. Bundled as CommonJS, so `__dirname` is the folder of the bundles. */
registerAppScheme();
app.enableSandbox();
restrictContents();

// Started as `electron dist/main.cjs PATH` the script is an argument too.
const initialPath = startPath(process.argv.slice(app.isPackaged ? 1 : 2), process.cwd());
if (app.requestSingleInstanceLock({ path: initialPath ?? null })) start();
else app.quit();

function start(): void {
  let desktop: Desktop | undefined;
  // macOS hands a file over before the app is ready.
  let early = initialPath;
  const open = (candidate: unknown, folder: string) => {
    const path = startPath([candidate], folder);
    if (path === undefined) desktop?.show();
    else if (desktop) void desktop.open(path);
    else early = path;
  };

  app.on('open-file', (event, path) => {
    event.preventDefault();
    open(path, '/');
  });
  // Our own data rather than the other process's arguments, which Chromium reorders and adds to.
  app.on('second-instance', (_event, _arguments, folder, data) => {
    open(typeof data === 'object' && data !== null && 'path' in data ? data.path : undefined, folder);
  });
  app.on('activate', () => desktop?.show());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });

  let ended = false;
  app.on('will-quit', (event) => {
    if (ended || !desktop) return;
    event.preventDefault();
    void desktop.quit().finally(() => {
      ended = true;
      app.quit();
    });
  });

  void app.whenReady().then(async () => {
    const page = await readStaticFiles(join(__dirname, 'renderer'));
    desktop = new Desktop({ bundles: __dirname, page, initialPath: early });
  });
}

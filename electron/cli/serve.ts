import { existsSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuse } from '../../shared/errors.ts';
import { isSettled } from '../../shared/jobs.ts';
import { createEngine } from '../engine/engine.ts';
import { readError } from '../engine/errno.ts';
import { isInRoots } from '../engine/open/read-bytes.ts';
import { startServer } from '../server.ts';
import { openWindow } from './browser.ts';
import type { ServeOptions } from './program.ts';
import type { Terminal } from './terminal.ts';

/**
 * `serve`: the app for a browser, until Ctrl+C, or with `--open` until its window is closed and its jobs are
 * done. Prints the address, which holds the token, on stdout.
 */
export async function serve(
  terminal: Terminal,
  path: string | undefined,
  options: ServeOptions,
): Promise<number> {
  const initialPath = path === undefined ? undefined : await existing(path);
  const roots = await Promise.all((options.root ?? []).map(existing));
  await refuseOutside(initialPath, roots);
  const readOnly = options.readOnly ?? false;
  const engine = createEngine({
    info: {
      host: 'browser',
      platform: process.platform,
      roots,
      readOnly,
      ...(initialPath !== undefined && { initialPath }),
    },
    stateFolder: stateFolder(),
  });
  const server = await startServer({
    engine,
    port: options.port,
    host: options.host,
    roots,
    readOnly,
    rendererFolder: rendererFolder(),
    onUnexpected: (error) => terminal.debug && terminal.error(String(error)),
  }).catch(async (error: unknown) => {
    await engine.close();
    throw error;
  });
  if (server.warning !== undefined) terminal.note(`warning: ${server.warning}`);
  if (terminal.json) terminal.document({ url: server.url, port: server.port });
  else terminal.print(server.url);

  const stopped = new Promise<void>((stop) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        stop();
      });
  });
  const closed = options.open === true ? windowClosed(terminal, server.url, engine) : undefined;
  await (closed === undefined ? stopped : Promise.race([stopped, closed]));
  await server.close();
  await engine.close();
  return 0;
}

/** The page would open on a path that it may not read. */
async function refuseOutside(path: string | undefined, roots: readonly string[]): Promise<void> {
  const real = await Promise.all(roots.map((root) => realpath(root)));
  if (path === undefined || (await isInRoots(path, real))) return;
  refuse(
    'USAGE',
    `${path} lies in none of the folders that --root names.`,
    'Add its folder: --root FOLDER.',
    {
      file: path,
    },
  );
}

/** Resolves when the window was closed and no job is left; never where no window can be opened. */
async function windowClosed(
  terminal: Terminal,
  url: string,
  engine: ReturnType<typeof createEngine>,
): Promise<void> {
  const window = await openWindow(url);
  if (window === undefined) {
    terminal.note('Open this address in a browser; Ctrl+C ends the app.');
    return new Promise(() => {});
  }
  await window.closed;
  const running = async () => {
    const { jobs } = await engine.implementation['jobs.list']({}, { signal: new AbortController().signal });
    return jobs.filter((job) => !isSettled(job)).length;
  };
  if ((await running()) === 0) return;
  terminal.note('The window is closed; waiting for a job to end. Ctrl+C cancels it.');
  await new Promise<void>((resolve) => {
    engine.listen(() => void running().then((count) => count === 0 && resolve()));
  });
}

/** The absolute path of something that is there; IO_* otherwise. */
export async function existing(path: string): Promise<string> {
  const absolute = resolve(path);
  await stat(absolute).catch((error: unknown) => {
    throw readError(error, absolute);
  });
  return absolute;
}

/** The built page, beside the bundle. */
function rendererFolder(): string {
  const folder = fileURLToPath(new URL('./renderer', import.meta.url));
  if (existsSync(join(folder, 'index.html'))) return folder;
  return refuse('IO_NOT_FOUND', `The app’s page is not built: ${folder} is missing.`, 'Run npm run build.', {
    file: folder,
  });
}

/** Where recent paths are kept (XDG base directories; their Linux default elsewhere too). */
function stateFolder(): string {
  return join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'shardscope');
}

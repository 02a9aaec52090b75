import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasDisplay, sandboxArguments } from './browser.ts';
import { existing, serve } from './serve.ts';
import type { Terminal } from './terminal.ts';

/** `shardscope PATH`: the desktop window where Electron's binary is there, else the browser host's. */
export async function open(terminal: Terminal, path: string | undefined): Promise<number> {
  if (path !== undefined) await existing(path);
  const electron = electronBinary();
  if (electron === undefined)
    terminal.note('Electron’s binary is not installed here: opening the app in the browser instead.');
  else if (!hasDisplay())
    terminal.note('There is no display for the desktop window: opening the app in the browser instead.');
  else return openDesktop(electron, path);
  return serve(terminal, path, { open: true });
}

/**
 * Electron's binary, without asking the package: under plain Node, `require('electron')` starts a download.
 * `path.txt` names the file once the binary is there.
 */
function electronBinary(): string | undefined {
  const folder = fileURLToPath(new URL('../node_modules/electron', import.meta.url));
  const pointer = join(folder, 'path.txt');
  if (!existsSync(pointer)) return undefined;
  const binary = join(folder, 'dist', readFileSync(pointer, 'utf8').trim());
  return existsSync(binary) ? binary : undefined;
}

function openDesktop(electron: string, path: string | undefined): Promise<number> {
  const app = fileURLToPath(new URL('..', import.meta.url));
  const paths = path === undefined ? [] : [resolve(path)];
  const window = spawn(electron, [...sandboxArguments(), app, ...paths], { stdio: 'inherit' });
  return new Promise((settle, fail) => {
    window.on('error', fail);
    window.on('close', (code) => settle(code ?? 130));
  });
}

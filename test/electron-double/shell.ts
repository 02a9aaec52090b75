import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DesktopBridge } from '../../shared/desktop.ts';
import { fakeBundles } from '../contract/fake-bundles.ts';

export type BridgeWindow = Window & { shardscope: DesktopBridge };

export const PAGE = '<!doctype html><title>page</title><script src="/main.js"></script><p id="text">page</p>';

/** What the tests of the shell alone start: real main process and preload, a page of one line, the fake engine. */
export interface ShellFolders {
  readonly bundles: string;
  /** Has the folders given, picked, dropped and secret. */
  readonly scratch: string;
  remove(): Promise<void>;
}

export async function shellFolders(): Promise<ShellFolders> {
  const bundles = await fakeBundles(PAGE);
  await writeFile(join(bundles, 'renderer', 'main.js'), 'window.started = true;');
  const scratch = await mkdtemp(join(tmpdir(), 'shardscope-shell-'));
  for (const name of ['given', 'picked', 'dropped', 'secret']) await mkdir(join(scratch, name));
  return {
    bundles,
    scratch,
    async remove() {
      for (const folder of [bundles, scratch]) await rm(folder, { recursive: true });
    },
  };
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, startServer } from '../../electron/server.ts';
import { fakeEngine } from './fake-engine.ts';

/** A server of the browser host for tests: a page of one line, the fake engine, and a root that is its folder. */
export interface PageServer {
  readonly folder: string;
  readonly server: RunningServer;
  close(): Promise<void>;
}

export async function servePage(): Promise<PageServer> {
  const folder = await mkdtemp(join(tmpdir(), 'shardscope-server-'));
  await mkdir(join(folder, 'page', 'assets'), { recursive: true });
  await writeFile(join(folder, 'page', 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(folder, 'page', 'assets', 'main-abc.js'), 'export {};');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  const server = await startServer({
    engine: fakeEngine(),
    roots: [folder],
    readOnly: false,
    rendererFolder: join(folder, 'page'),
  });
  return {
    folder,
    server,
    async close() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { Page } from 'playwright';
import { WebSocket } from 'ws';
import { memoryPorts } from '../../electron/ports/memory.ts';
import { childPort, messagePort } from '../../electron/ports/message-port.ts';
import { webSocketPort } from '../../electron/ports/websocket.ts';
import { startServer } from '../../electron/server.ts';
import type { DesktopBridge, DesktopConnection } from '../../shared/desktop.ts';
import type { Frame, Port } from '../../shared/protocol.ts';
import { connect, type RpcClient } from '../../shared/rpc/connect.ts';
import { serve } from '../../shared/rpc/serve.ts';
import { launchDesktop, whyNot } from '../electron-double/launch.ts';
import { forkUtility } from '../electron-double/utility-process.ts';
import { fakeBundles } from './fake-bundles.ts';
import { fakeEngine } from './fake-engine.ts';
import { cookieOf } from './raw-http.ts';

/** A client on one end of a transport and the fake engine on the other. */
export interface Connection {
  readonly client: RpcClient;
  /** A path that the host lets its client use. */
  readonly path: string;
  /** Ends the connection from the far side. */
  drop(): unknown;
  close(): Promise<void>;
}

export interface Transport {
  readonly name: string;
  /** Why it cannot run here. */
  readonly skip?: string | undefined;
  open(): Promise<Connection>;
}

export const TRANSPORTS: readonly Transport[] = [
  { name: 'in memory', open: openMemory },
  { name: 'MessagePort', open: openMessagePort },
  { name: 'WebSocket to the real server', open: openWebSocket },
  { name: 'child process with the real engine host', open: openChild },
  { name: 'Electron, through preload and main process', skip: whyNot(), open: openElectron },
];

async function openMemory(): Promise<Connection> {
  const [near, far] = memoryPorts();
  serve(far, fakeEngine());
  const client = connect(near);
  return { client, path: '/x', drop: () => far.close(), close: async () => client.close() };
}

async function openMessagePort(): Promise<Connection> {
  const { port1, port2 } = new MessageChannel();
  serve(messagePort(port2), fakeEngine());
  const client = connect(messagePort(port1));
  return { client, path: '/x', drop: () => port2.close(), close: async () => client.close() };
}

async function openWebSocket(): Promise<Connection> {
  const server = await startServer({
    engine: fakeEngine(),
    roots: [],
    readOnly: false,
    rendererFolder: '/none',
  });
  const headers = { origin: `http://127.0.0.1:${server.port}`, cookie: await cookieOf(server.url) };
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, { headers });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return {
    client: connect(webSocketPort(socket)),
    path: '/x',
    drop: () => server.close(),
    close: () => server.close().catch(() => undefined),
  };
}

async function openChild(): Promise<Connection> {
  const bundles = await fakeBundles();
  const engine = JSON.stringify({ info: { host: 'test', platform: 'linux', roots: [], readOnly: false } });
  const child = forkUtility(join(bundles, 'engine-host.js'), [], {
    ...process.env,
    SHARDSCOPE_ENGINE: engine,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const client = connect(childPort(child));
  return {
    client,
    path: '/x',
    drop: () => child.kill(),
    async close() {
      // Asks the host to finish: it ends by itself.
      client.close();
      await ended;
      await rm(bundles, { recursive: true });
    },
  };
}

async function openElectron(): Promise<Connection> {
  const bundles = await fakeBundles();
  const path = await mkdtemp(join(tmpdir(), 'shardscope-granted-'));
  const desktop = await launchDesktop({ bundles, args: [path] });
  const client = connect(await pagePort(desktop.page));
  return {
    client,
    path,
    drop: () => process.kill(Number(desktop.called('fork').at(-1)?.[1])),
    async close() {
      await desktop.close();
      for (const folder of [bundles, path]) await rm(folder, { recursive: true });
    },
  };
}

type PageWindow = Window & {
  shardscope: DesktopBridge;
  connection: DesktopConnection;
  tellTest(what: 'frame' | 'close', frame: unknown): void;
};

/** The preload's bridge in the page, as a port of the test. */
export async function pagePort(page: Page): Promise<Port> {
  let frameListener: (frame: unknown) => void = () => undefined;
  let closeListener: () => void = () => undefined;
  let sending: Promise<unknown> = Promise.resolve();
  await page.exposeFunction('tellTest', (what: string, frame: unknown) =>
    what === 'frame' ? frameListener(frame) : closeListener(),
  );
  await page.evaluate(() => {
    const w = window as unknown as PageWindow;
    w.connection = w.shardscope.connect(
      (frame) => w.tellTest('frame', frame),
      () => w.tellTest('close', null),
    );
  });
  const inOrder = (run: () => Promise<unknown>) => {
    sending = sending.then(run).catch(() => undefined);
  };
  return {
    send: (frame: Frame) =>
      inOrder(() => page.evaluate((sent) => (window as unknown as PageWindow).connection.send(sent), frame)),
    onFrame: (listener) => {
      frameListener = listener;
    },
    onClose: (listener) => {
      closeListener = listener;
    },
    close: () => inOrder(() => page.evaluate(() => (window as unknown as PageWindow).connection.close())),
  };
}

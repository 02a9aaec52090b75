import { createConnection } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fakeEngine } from '../test/contract/fake-engine.ts';
import { type PageServer, servePage } from '../test/contract/page-server.ts';
import { cookieOf } from '../test/contract/raw-http.ts';
import { type RunningServer, startServer } from './server.ts';

let page: PageServer;
let folder: string;
let server: RunningServer;
beforeAll(async () => {
  page = await servePage();
  ({ folder, server } = page);
});
afterAll(() => page.close());

const start = (options: { host?: string; port?: number; rendererFolder?: string; roots?: string[] }) =>
  startServer({
    engine: fakeEngine(),
    roots: [],
    readOnly: false,
    rendererFolder: join(folder, 'page'),
    ...options,
  });

test('listens to this machine only, without a warning (LB-01)', () => {
  expect(new URL(server.url).hostname).toBe('127.0.0.1');
  expect(server.warning).toBeUndefined();
});

test('no other address of this machine answers (LB-01)', async () => {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const others = all.filter(({ internal, family }) => !internal && family === 'IPv4');
  // All of 127.0.0.0/8 is this machine's on Linux; elsewhere nobody has the address.
  for (const address of ['127.0.0.2', ...others.map((one) => one.address)]) {
    const failed = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ host: address, port: server.port, timeout: 1000 });
      const end = (was: boolean) => {
        socket.destroy();
        resolve(was);
      };
      socket.once('connect', () => end(false));
      for (const name of ['error', 'timeout']) socket.once(name, () => end(true));
    });
    expect([address, failed]).toEqual([address, true]);
  }
});

test('on all addresses it warns', async () => {
  const open = await start({ host: '0.0.0.0' });
  expect(open.warning).toContain('ssh -L');
  expect((await fetch(`http://127.0.0.1:${open.port}/`)).status).toBe(401);
  await open.close();
});

test('a taken port, a foreign address and a missing root are one clear fault each', async () => {
  await expect(start({ port: server.port })).rejects.toMatchObject({ fault: { code: 'OUT_BUSY' } });
  await expect(start({ host: '203.0.113.7' })).rejects.toMatchObject({ fault: { code: 'API_INPUT' } });
  await expect(start({ roots: [join(folder, 'none')] })).rejects.toMatchObject({
    fault: { code: 'IO_NOT_FOUND' },
  });
});

test('without a built page it says so', async () => {
  const bare = await start({ rendererFolder: join(folder, 'none') });
  const response = await fetch(`http://127.0.0.1:${bare.port}/`, {
    headers: { cookie: await cookieOf(bare.url) },
  });
  expect([response.status, (await response.json()).message]).toEqual([404, 'the page is not built']);
  await bare.close();
});

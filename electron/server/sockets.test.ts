import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { JobState } from '../../shared/jobs.ts';
import { connect } from '../../shared/rpc/connect.ts';
import { fakeEngine } from '../../test/contract/fake-engine.ts';
import { cookieOf, rawRequest } from '../../test/contract/raw-http.ts';
import { webSocketPort } from '../ports/websocket.ts';
import { type RunningServer, startServer } from '../server.ts';
import { MAX_CONNECTIONS } from './sockets.ts';

const engine = fakeEngine();
const job: JobState = {
  id: 'j1',
  kind: 'merge',
  title: 'Merging',
  startedAt: 0,
  state: 'running',
  progress: { phase: 'copying', bytesDone: 1, bytesTotal: 2, rate: 0 },
};
const withJob = {
  ...engine,
  implementation: { ...engine.implementation, 'jobs.list': async () => ({ jobs: [job] }) },
};
let server: RunningServer;
let cookie: string;
let origin: string;
const unexpected: unknown[] = [];

beforeAll(async () => {
  server = await startServer({
    engine: withJob,
    roots: [],
    readOnly: false,
    rendererFolder: '/nowhere',
    onUnexpected: (error) => unexpected.push(error),
  });
  origin = `http://127.0.0.1:${server.port}`;
  cookie = await cookieOf(server.url);
});
afterAll(() => server.close());

const dial = (headers: Record<string, string> = { cookie, origin }, path = '/ws') =>
  new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });

async function dialTo({ url, port }: RunningServer): Promise<WebSocket> {
  const headers = { origin: `http://127.0.0.1:${port}`, cookie: await cookieOf(url) };
  return new WebSocket(`ws://127.0.0.1:${port}/ws`, { headers });
}

function opened(socket: WebSocket): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}
const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.once('close', resolve));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test.each([
  ['no Origin', () => ({ cookie })],
  ['Origin null', () => ({ cookie, origin: 'null' })],
  ['a foreign Origin', () => ({ cookie, origin: 'https://evil.com' })],
  ['the Origin of another port', () => ({ cookie, origin: 'http://127.0.0.1:1' })],
  ['no cookie', () => ({ origin })],
  ['a wrong cookie', () => ({ origin, cookie: `shardscope-${server.port}=${'x'.repeat(43)}` })],
  ['a foreign Host', () => ({ cookie, origin, host: 'evil.com' })],
] as [string, () => Record<string, string>][])(
  '%s is answered 403 before the upgrade (LB-06)',
  async (_what, headers) => {
    await expect(opened(dial(headers()))).rejects.toThrow('403');
  },
);

test('there is a WebSocket at /ws only', async () => {
  await expect(opened(dial({ cookie, origin }, '/other'))).rejects.toThrow('403');
  const token = new URL(server.url).search;
  await expect(opened(dial({ origin }, `/ws${token}`))).rejects.toThrow('403');
});

test('a refused upgrade has the headers of every answer', async () => {
  const lines = [
    'GET /ws HTTP/1.1',
    `Host: 127.0.0.1:${server.port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    '',
    '',
  ];
  const answer = await rawRequest(server.port, lines.join('\r\n'));
  expect([answer.status, answer.body]).toEqual([403, '']);
  expect(answer.head).toContain("default-src 'none'");
});

test('the 33rd connection is refused until one goes', async () => {
  const sockets = await Promise.all(Array.from({ length: MAX_CONNECTIONS }, () => opened(dial())));
  await expect(opened(dial())).rejects.toThrow('503');
  const first = sockets.pop();
  first?.terminate();
  await pause(50);
  sockets.push(await opened(dial()));
  for (const socket of sockets) socket.terminate();
  await pause(50);
});

test('a message above 1 MiB ends its connection and no other', async () => {
  const [big, other] = await Promise.all([opened(dial()), opened(dial())]);
  const ended = closed(big);
  big.on('error', () => undefined);
  big.send('x'.repeat(1024 ** 2 + 1));
  expect([1006, 1009]).toContain(await ended);
  expect(await connect(webSocketPort(other)).call('jobs.list', {})).toEqual({ jobs: [job] });
  other.close();
});

test.each([
  ['text that is no JSON', '{"type":'],
  ['bytes that are no frame', Buffer.from([1, 2, 3])],
])('%s ends the connection with 1007', async (_what, message) => {
  const socket = await opened(dial());
  const ended = closed(socket);
  socket.send(message);
  expect(await ended).toBe(1007);
});

test('JSON 10,000 levels deep is bad input like any other', async () => {
  const socket = await opened(dial());
  const deep = `{"type":"call","id":1,"method":"folder.list","input":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
  const answer = new Promise((resolve) =>
    socket.once('message', (data) => resolve(JSON.parse(String(data)))),
  );
  socket.send(deep);
  expect(await answer).toMatchObject({ type: 'error', id: 1, fault: { code: 'API_INPUT' } });
  socket.close();
});

test('a flood of 10,000 pings ends its connection and no other', async () => {
  const [flood, other] = await Promise.all([opened(dial()), opened(dial())]);
  const ended = closed(flood);
  for (let i = 0; i < 10_000; i++) flood.ping();
  expect(await ended).toBe(1006);
  expect(await connect(webSocketPort(other)).call('jobs.list', {})).toEqual({ jobs: [job] });
  other.close();
});

test('a peer that went away without a word is noticed', async () => {
  const quick = await startServer({
    engine,
    roots: [],
    readOnly: false,
    rendererFolder: '/nowhere',
    keepAliveMs: 100,
  });
  const before = engine.aborted;
  const socket = await opened(await dialTo(quick));
  const client = connect(webSocketPort(socket));
  client.call('checkpoint.open', { path: '/x' }).catch(() => undefined);
  await pause(300);
  expect(engine.aborted).toBe(before);
  // No longer reads, so no ping is answered, and says nothing.
  socket.pause();
  await expect.poll(() => engine.aborted, { timeout: 3000 }).toBe(before + 1);
  socket.terminate();
  await quick.close();
});

test('a client that connects again finds the jobs, and hears of them', async () => {
  const first = connect(webSocketPort(await opened(dial())));
  expect(await first.call('jobs.list', {})).toEqual({ jobs: [job] });
  first.close();
  const second = connect(webSocketPort(await opened(dial())));
  const heard = new Promise((resolve) => second.listen(resolve));
  expect(await second.call('jobs.list', {})).toEqual({ jobs: [job] });
  engine.emit({ type: 'job', job: { ...job, state: 'cancelled' } });
  expect(await heard).toMatchObject({ type: 'job', job: { id: 'j1', state: 'cancelled' } });
  second.close();
});

test('a bug in a method is told without words of its own (LB-11)', async () => {
  const client = connect(webSocketPort(await opened(dial())));
  const call = client.call('checkpoint.close', { checkpoint: 'c'.repeat(32) });
  const error = await call.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ fault: { code: 'INTERNAL' } });
  expect(JSON.stringify(error)).not.toContain('/secret/place');
  expect(String(unexpected.at(-1))).toContain('/secret/place');
  client.close();
});

test('closing the server ends its connections at once', async () => {
  const own = await startServer({ engine, roots: [], readOnly: false, rendererFolder: '/nowhere' });
  const client = connect(webSocketPort(await opened(await dialTo(own))));
  const call = client.call('checkpoint.open', { path: '/x' });
  const outcome = expect(call).rejects.toMatchObject({ fault: { code: 'API_DISCONNECTED' } });
  const began = performance.now();
  await own.close();
  await outcome;
  expect(performance.now() - began).toBeLessThan(2000);
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { run } from '../../electron/cli/run.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import { webSocketPort } from '../../electron/ports/websocket.ts';
import { type RunningServer, startServer } from '../../electron/server.ts';
import { asFault } from '../../shared/errors.ts';
import { connect, type RpcClient } from '../../shared/rpc/connect.ts';
import { cookieOf } from './raw-http.ts';

/** The malformed corpus through the browser host and the command line: the library's verdict, and one fault alike. */
const folder = resolve(import.meta.dirname, '../malformed');
const { cases } = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as {
  cases: readonly { readonly file: string; readonly valid: boolean; readonly sha256: string }[];
};
/** Refused on purpose, although the library takes them. */
const STRICTER = ['dup_tensor_same', 'dup_tensor_last_wins_ok', 'dup_tensor_by_escape'];
const NO_WRITER_MAKES = ['entry_as_array', 'dtype_as_map'];
const stricter = new Set([...STRICTER, ...NO_WRITER_MAKES].map((name) => `${name}.safetensors`));

let server: RunningServer;
let client: RpcClient;
const unexpected: unknown[] = [];
beforeAll(async () => {
  // Each run of the command line listens to them until its process ends, which is this one.
  for (const stream of [process.stdout, process.stderr]) stream.setMaxListeners(0);
  const info = { host: 'test', platform: process.platform, roots: [folder], readOnly: true } as const;
  server = await startServer({
    engine: createEngine({ threads: 1, info }),
    roots: [folder],
    readOnly: true,
    rendererFolder: '/none',
    onUnexpected: (error) => unexpected.push(error),
  });
  const headers = { origin: `http://127.0.0.1:${server.port}`, cookie: await cookieOf(server.url) };
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, { headers });
  await new Promise((opened, failed) => socket.once('open', opened).once('error', failed));
  client = connect(webSocketPort(socket));
});
afterAll(() => server.close());
afterEach(() => vi.restoreAllMocks());

async function inspect(path: string) {
  const said = { out: '', err: '' };
  const hear = (stream: NodeJS.WriteStream, key: keyof typeof said) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said[key] += String(text);
      return true;
    });
  hear(process.stdout, 'out');
  hear(process.stderr, 'err');
  const code = await run(['inspect', path, '--json']);
  vi.restoreAllMocks();
  return { code, document: JSON.parse(said.out), stderr: said.err };
}

/** What the command line was run on, each kind of fault once: it takes a tenth of a second to begin. */
const inspected = new Set<string>();

test.each(cases)('$file: valid is $valid', async ({ file, valid, sha256 }) => {
  const path = join(folder, file);
  const fault = await client.call('checkpoint.open', { path }).then(() => undefined, asFault);
  if (valid && !stricter.has(file)) expect(fault).toBeUndefined();
  else expect(fault).toMatchObject({ code: expect.stringMatching(/^ST_/), file: path });
  if (!inspected.has(fault?.code ?? 'none')) {
    inspected.add(fault?.code ?? 'none');
    const { code, document, stderr } = await inspect(path);
    expect({ code, error: document.error }).toEqual({ code: fault ? 3 : 0, error: fault });
    if (fault) expect(stderr).toBe(`shardscope: ${path}: ${fault.message} (${fault.code}) ${fault.advice}\n`);
  }
  expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
  expect(unexpected).toEqual([]);
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { webSocketPort } from './websocket.ts';

const MiB = 1024 ** 2;

test('a peer that does not read is left, before 256 MiB and one answer wait for it', async () => {
  const http = createServer();
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port: number } = http.address() as AddressInfo;
  const client = new WebSocket(`ws://127.0.0.1:${number}`);
  client.on('error', () => undefined);
  const [socket] = (await once(server, 'connection')) as [WebSocket];
  const port = webSocketPort(socket);
  const left = new Promise<void>((resolve) => port.onClose(resolve));
  client.pause();

  const value = new Uint8Array(32 * MiB);
  let most = 0;
  let sent = 0;
  for (; socket.readyState === socket.OPEN && sent < 32; sent++) {
    port.send({ type: 'result', id: sent, value });
    most = Math.max(most, socket.bufferedAmount);
    // What the connection itself takes up goes out meanwhile.
    await new Promise((resume) => setTimeout(resume, 5));
  }
  expect(sent).toBeGreaterThan(7);
  expect(sent).toBeLessThan(12);
  expect(most).toBeLessThan((256 + 33) * MiB);
  await left;
  // What comes afterwards goes nowhere, and fails nobody.
  port.send({ type: 'result', id: sent, value });
  expect(socket.bufferedAmount).toBeLessThan((256 + 33) * MiB);

  client.terminate();
  server.close();
  http.close();
});

import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Port } from '../../shared/protocol.ts';
import { webSocketPort } from '../ports/websocket.ts';
import { SECURITY_HEADERS } from './headers.ts';

/** One message in: the largest call is a selection of tensor names, far below 1 MiB in practice. */
const MAX_MESSAGE_BYTES = 1024 ** 2;
/** One page is one connection; 32 windows on one server are more than a person has. */
export const MAX_CONNECTIONS = 32;
/** A tunnel that died without a word is noticed after two of these. */
const KEEP_ALIVE_MS = 20_000;
const GOING_AWAY = 1001;
/** How long a peer has to answer the closing handshake. */
const CLOSE_MS = 500;

/** The WebSocket side of the host: what is not let in never becomes a WebSocket. */
export class Sockets {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  private readonly silent = new WeakSet<WebSocket>();
  private readonly timer: NodeJS.Timeout;

  constructor(keepAliveMs = KEEP_ALIVE_MS) {
    this.timer = setInterval(() => this.ping(), keepAliveMs);
    this.timer.unref();
  }

  /** Completes the upgrade and hands over the port; beyond the limit of connections answers 503. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, connected: (port: Port) => void): void {
    if (this.server.clients.size >= MAX_CONNECTIONS) {
      refuseUpgrade(socket, 503);
      return;
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('pong', () => void this.silent.delete(webSocket));
      // A broken message (too long, bad UTF-8) closes the socket, which is all there is to do about it.
      webSocket.on('error', () => undefined);
      connected(webSocketPort(webSocket));
    });
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    const clients = [...this.server.clients];
    const gone = clients.map((client) => new Promise((resolve) => client.once('close', resolve)));
    for (const client of clients) client.close(GOING_AWAY);
    const timer = setTimeout(() => {
      for (const client of clients) client.terminate();
    }, CLOSE_MS);
    await Promise.all(gone);
    clearTimeout(timer);
  }

  private ping(): void {
    for (const client of this.server.clients) {
      if (this.silent.has(client)) client.terminate();
      else {
        this.silent.add(client);
        client.ping();
      }
    }
  }
}

/** Ends an upgrade request with a status and no body. */
export function refuseUpgrade(socket: Duplex, status: number): void {
  socket.on('error', () => undefined);
  socket.end(bareResponse(status), () => socket.destroy());
}

/** A whole HTTP response without a body, for sockets that have no response object. */
export function bareResponse(status: number): string {
  const headers = { ...SECURITY_HEADERS, Connection: 'close', 'Content-Length': '0' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`;
}

import { realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { getRequestListener } from '@hono/node-server';
import { asFault, refuse } from '../shared/errors.ts';
import { type Served, serve } from '../shared/rpc/serve.ts';
import { throttled } from './ports/throttle.ts';
import { authority, isAddressedToUs, isLoopback, ownAuthorities, saysOrigin } from './server/address.ts';
import { hostGuard, rootLimits } from './server/guard.ts';
import { SECURITY_HEADERS } from './server/headers.ts';
import { quiet, routes } from './server/routes.ts';
import { Session } from './server/session.ts';
import { bareResponse, refuseUpgrade, Sockets } from './server/sockets.ts';
import { readStaticFiles } from './server/static-files.ts';

export interface StartOptions {
  /** Lives on when the server closes; its jobs outlive every connection. */
  readonly engine: Served;
  /** 0 or absent: a free one. */
  readonly port?: number | undefined;
  /** Address to listen on; this machine only (127.0.0.1) when absent. */
  readonly host?: string | undefined;
  /** Folders that clients may read and write; none means no limit. */
  readonly roots: readonly string[];
  readonly readOnly: boolean;
  /** The built page, `dist/renderer`. */
  readonly rendererFolder: string;
  /** Told of every error that is a fault of Shardscope's own; clients hear only that there was one. */
  readonly onUnexpected?: (error: unknown) => void;
  /** Milliseconds between pings; for tests. */
  readonly keepAliveMs?: number;
}

export interface RunningServer {
  /** With the token: whoever has it may use the server. Neither log it nor put it in a command line. */
  readonly url: string;
  readonly port: number;
  /** To print when others than this machine can reach the server. */
  readonly warning?: string;
  close(): Promise<void>;
}

/** Requests have no body and short headers: whoever takes longer is not a browser. Milliseconds. */
const HTTP_LIMITS: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 16 * 1024,
  // Answered by the check of the Host instead, with our headers.
  requireHostHeader: false,
};
const MAX_TCP_CONNECTIONS = 256;

/**
 * Serves the page over HTTP and the engine over WebSocket (`/ws`). Refuses with OUT_BUSY when the port is taken
 * and API_INPUT when the address cannot be listened on.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const host = options.host === undefined || options.host === 'localhost' ? '127.0.0.1' : options.host;
  const session = new Session();
  const sockets = new Sockets(options.keepAliveMs);
  const engine = throttled(options.engine);
  const guard = hostGuard(rootLimits(await realRoots(options.roots), options.readOnly));
  const explain = (error: unknown) => {
    const fault = asFault(error);
    if (fault.code === 'INTERNAL') options.onUnexpected?.(error);
    return quiet(fault);
  };

  let port = 0;
  let own: ReadonlySet<string> = new Set();
  const app = routes(session, await readStaticFiles(options.rendererFolder), () => port);
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(HTTP_LIMITS, (request, response) => {
    // Here rather than in a route: also on what is answered before any route (a URL that is none).
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    // Nothing reads a body, so a connection with one is not kept.
    if (hasBody(request)) response.shouldKeepAlive = false;
    if (isAddressedToUs(request, own)) return void listener(request, response);
    request.socket.end(bareResponse(403), () => request.socket.destroy());
  });
  server.maxConnections = MAX_TCP_CONNECTIONS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (socket.writable) socket.end(bareResponse(statusOf(error)), () => socket.destroy());
    else socket.destroy();
  });
  server.on('upgrade', (request, socket, head) => {
    const path = request.url?.split('?', 1)[0];
    const known = isAddressedToUs(request, own) && saysOrigin(request);
    if (!known || path !== '/ws' || !session.hasCookie(request.headers.cookie, port))
      return refuseUpgrade(socket, 403);
    sockets.accept(request, socket, head, (connection) => serve(connection, engine, { guard, explain }));
  });

  port = await listen(server, options.port ?? 0, host);
  own = ownAuthorities(host, port);
  const name = isLoopback(host) ? host : hostname();
  return {
    url: `http://${authority(name, port)}/?token=${session.token}`,
    port,
    ...(!isLoopback(host) && {
      warning: `Others on the network can reach this server at ${host}:${port}; only its token keeps them out, and it travels unencrypted. Prefer ssh -L ${port}:127.0.0.1:${port}.`,
    }),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await sockets.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  }).catch((error: unknown): never => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EADDRINUSE')
      return refuse(
        'OUT_BUSY',
        `port ${port} is taken by another program`,
        'Choose another --port, or leave it out.',
      );
    return refuse(
      'API_INPUT',
      `cannot listen on ${authority(host, port)} (${String(code ?? error)})`,
      'Choose an address of this machine with --host, and a port above 1023.',
    );
  }) as Promise<number>;
}

/** Links in the roots themselves are followed once, at the start. */
function realRoots(roots: readonly string[]): Promise<string[]> {
  return Promise.all(
    roots.map((root) =>
      realpath(root).catch(() =>
        refuse('IO_NOT_FOUND', `the root ${root} cannot be opened`, 'Give an existing folder to --root.', {
          file: root,
        }),
      ),
    ),
  );
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function statusOf({ code }: NodeJS.ErrnoException): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

import { Hono } from 'hono';
import { asFault, type Fault, fault, httpStatusOf } from '../../shared/errors.ts';
import type { Session } from './session.ts';
import type { StaticFiles } from './static-files.ts';

/**
 * Everything that HTTP answers: the page, to whoever has the session. No route changes anything and none reads
 * a body; all calls go over the WebSocket.
 */
export function routes(session: Session, files: StaticFiles, port: () => number): Hono {
  const app = new Hono();

  app.use(async (context, next) => {
    const { method } = context.req;
    if (method !== 'GET' && method !== 'HEAD')
      return answer(methodRefused(method), 405, { Allow: 'GET, HEAD' });
    const url = new URL(context.req.url);
    if (url.pathname === '/' && url.searchParams.has('token')) {
      if (!session.hasToken(url.searchParams)) return answer(tokenRefused());
      url.searchParams.delete('token');
      context.header('Set-Cookie', session.setCookie(port()));
      return context.redirect(`/${url.search}`, 303);
    }
    if (!session.hasCookie(context.req.header('cookie'), port())) return answer(tokenRefused());
    return next();
  });

  app.get('*', (context) => {
    const file = files.get(new URL(context.req.url).pathname);
    if (!file) return answer(files.size === 0 ? notBuilt() : notFound());
    return context.body(file.bytes, 200, { 'Content-Type': file.type });
  });

  app.onError((error) => answer(quiet(asFault(error))));
  return app;
}

/** What the network is told of a fault that is ours: that there was one. */
export function quiet(described: Fault): Fault {
  if (described.code !== 'INTERNAL') return described;
  return fault(
    'INTERNAL',
    'something unexpected happened in the server',
    'Start the server with --debug to see what, and report it.',
  );
}

function answer(f: Fault, status: number = httpStatusOf(f), headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(f), {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  });
}

function tokenRefused(): Fault {
  return fault(
    'API_TOKEN',
    'this server needs the address that it printed when it was started, with its token',
    'Open that address once; the browser then remembers it until the server ends.',
  );
}

function methodRefused(method: string): Fault {
  return fault('API_METHOD', `${method} is not answered here`, 'Use GET, or the WebSocket at /ws.');
}

function notFound(): Fault {
  return fault('IO_NOT_FOUND', 'there is no such page', 'Open / instead.');
}

function notBuilt(): Fault {
  return fault('IO_NOT_FOUND', 'the page is not built', 'Run npm run build, then start the server again.');
}

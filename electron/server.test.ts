import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PageServer, servePage } from '../test/contract/page-server.ts';
import { cookieOf, rawRequest } from '../test/contract/raw-http.ts';
import type { RunningServer } from './server.ts';

let page: PageServer;
let server: RunningServer;
let cookie: string;
let origin: string;

beforeAll(async () => {
  page = await servePage();
  server = page.server;
  origin = `http://127.0.0.1:${server.port}`;
  cookie = await cookieOf(server.url);
});

afterAll(() => page.close());

const get = (path: string, headers: Record<string, string> = { cookie }, method = 'GET') =>
  fetch(`${origin}${path}`, { headers, method, redirect: 'manual' });
const raw = (lines: string[]) => rawRequest(server.port, `${lines.join('\r\n')}\r\n\r\n`);

describe('the token (LB-04)', () => {
  test('is 256 random bits, another for each server, in the address only once', async () => {
    const token = new URL(server.url).searchParams.get('token') ?? '';
    expect(Buffer.from(token, 'base64url').length).toBe(32);
    const response = await fetch(server.url, { redirect: 'manual' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const set = response.headers.get('set-cookie') ?? '';
    expect(set).toMatch(
      new RegExp(`^shardscope-${server.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(set).not.toContain(token);
  });

  test.each([
    ['none', () => '/'],
    ['a wrong one', () => `/?token=${'x'.repeat(43)}`],
    ['an empty one', () => '/?token='],
    ['a prefix', (token: string) => `/?token=${token.slice(0, -1)}`],
    ['one character more', (token: string) => `/?token=${token}a`],
    ['lower case', (token: string) => `/?token=${token.toLowerCase()}`],
    ['two', (token: string) => `/?token=${token}&token=${token}`],
    ['as a list', (token: string) => `/?token[]=${token}`],
    ['at another path', (token: string) => `/index.html?token=${token}`],
  ])('%s is answered 401 with a fault', async (_what, path) => {
    const token = new URL(server.url).searchParams.get('token') ?? '';
    const response = await get(path(token), {});
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'API_TOKEN' });
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  test('is no cookie, and a cookie of another server is none', async () => {
    const token = new URL(server.url).searchParams.get('token') ?? '';
    expect((await get('/', { cookie: `shardscope-${server.port}=${token}` })).status).toBe(401);
    expect((await get('/', { cookie: cookie.replace(/-\d+=/, '-1=') })).status).toBe(401);
    expect((await get('/', { cookie: `a=b; ${cookie}; c=d` })).status).toBe(200);
  });

  test('stays out of a redirect to another place', async () => {
    const { searchParams } = new URL(server.url);
    const response = await raw([
      `GET //evil.com/?${searchParams} HTTP/1.1`,
      `Host: 127.0.0.1:${server.port}`,
      'Connection: close',
    ]);
    expect(response.status).toBe(401);
    expect(response.head.toLowerCase()).not.toContain('location');
  });
});

describe('the Host header (LB-02)', () => {
  const evil = (port: number) => [
    'evil.com',
    `evil.com:${port}`,
    `127.0.0.1.evil.com:${port}`,
    `localhost.evil.com:${port}`,
    `127.0.0.1@evil:${port}`,
    '',
    '127.0.0.1',
    `169.254.1.1:${port}`,
    `0.0.0.0:${port}`,
    `127.0.0.1:${port + 1}`,
    `[::]:${port}`,
    `LOCALHOST.:${port}`,
  ];
  test('that is not ours is refused before routing, without a body', async () => {
    for (const host of evil(server.port)) {
      const answer = await raw(['GET / HTTP/1.1', `Host: ${host}`, `Cookie: ${cookie}`]);
      expect([host, answer.status, answer.body]).toEqual([host, 403, '']);
      expect(answer.head).toContain("default-src 'none'");
    }
  });

  test('twice, missing, or overruled by the request line is refused', async () => {
    const ours = `Host: 127.0.0.1:${server.port}`;
    const auth = `Cookie: ${cookie}`;
    expect((await raw(['GET / HTTP/1.1', ours, 'Host: evil.com', auth])).status).toBe(403);
    expect((await raw(['GET / HTTP/1.1', ours, ours, auth])).status).toBe(403);
    expect((await raw(['GET / HTTP/1.0', auth])).status).toBe(403);
    expect((await raw(['GET / HTTP/1.1', auth])).status).toBe(403);
    expect((await raw([`GET http://evil.com/ HTTP/1.1`, ours, auth])).status).toBe(403);
  });

  test('that is ours is served by every name', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const answer = await raw([
        'GET / HTTP/1.1',
        `Host: ${host}:${server.port}`,
        `Cookie: ${cookie}`,
        'Connection: close',
      ]);
      expect([host, answer.status]).toEqual([host, 200]);
    }
  });
});

describe('the Origin header (LB-03)', () => {
  const evil = (port: number) => [
    'https://evil.com',
    'null',
    `http://localhost:${port + 1}`,
    `http://127.0.0.1.evil.com:${port}`,
    `localhost:${port}`,
    `https://127.0.0.1:${port}`,
    `http://localhost:${port}`,
    'garbage',
    '',
  ];
  test.each(['GET', 'POST', 'DELETE', 'OPTIONS'])('of another place is refused for %s', async (method) => {
    for (const from of evil(server.port)) {
      const host = `Host: 127.0.0.1:${server.port}`;
      const answer = await raw([
        `${method} / HTTP/1.1`,
        host,
        `Origin: ${from}`,
        `Cookie: ${cookie}`,
        'Content-Length: 0',
      ]);
      expect([from, answer.status]).toEqual([from, 403]);
      expect(answer.head.toLowerCase()).not.toContain('access-control');
    }
  });

  test('twice is refused, the own one is served', async () => {
    const head = [
      'GET / HTTP/1.1',
      `Host: 127.0.0.1:${server.port}`,
      `Cookie: ${cookie}`,
      'Connection: close',
    ];
    expect((await raw([...head, `Origin: ${origin}`, `Origin: ${origin}`])).status).toBe(403);
    expect((await raw([...head, `Origin: ${origin}`])).status).toBe(200);
  });
});

describe('routes', () => {
  test('GET gives the page and its files, and nothing else (LB-08)', async () => {
    expect(await (await get('/')).text()).toContain('<title>page</title>');
    const script = await get('/assets/main-abc.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await script.text()).toBe('export {};');
  });

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/%252e%252e%252fsecret.txt',
    '/assets/..;/index.html',
    '//etc/passwd',
    '//secret.txt',
    '/..\\secret.txt',
    '/C:/Windows/win.ini',
    '/assets',
    '/assets/',
    '/index.html%00.js',
    '/__proto__',
    '/constructor',
    '/%',
    '/%ff',
    '/secret.txt',
    '/ws',
    '/api',
    '/INDEX.HTML',
  ])('%s is not found (LB-07)', async (path) => {
    const answer = await raw([
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${server.port}`,
      `Cookie: ${cookie}`,
      'Connection: close',
    ]);
    // 400 for what is no URL at all.
    expect(answer.status).toBe(path.includes('\\') ? 400 : 404);
    if (answer.status === 404) expect(JSON.parse(answer.body)).toMatchObject({ code: 'IO_NOT_FOUND' });
    expect(answer.body).not.toContain(page.folder);
    expect(answer.head).toContain("default-src 'none'");
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
    '%s is answered nowhere (LB-05)',
    async (method) => {
      for (const path of ['/', '/ws', '/index.html', '/?token=x']) {
        const response = await get(path, { cookie, 'content-type': 'text/plain' }, method);
        expect([path, response.status, response.headers.get('allow')]).toEqual([path, 405, 'GET, HEAD']);
      }
    },
  );

  test('every answer has the headers, whatever its status (LB-09)', async () => {
    const answers = [
      await get('/'),
      await get('/', {}),
      await get('/nothing'),
      await get('/', { cookie }, 'POST'),
      await fetch(server.url, { redirect: 'manual' }),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([200, 401, 404, 405, 303]);
    for (const { headers } of answers) {
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe-eval');
      expect(policy.match(/'unsafe-inline'/g)?.length).toBe(1);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });
});

describe('hostile requests (LB-10)', () => {
  test('a body of any size is not read', async () => {
    const before = process.memoryUsage().rss;
    const chunk = `ffff\r\n${'x'.repeat(0xffff)}\r\n`.repeat(500);
    const host = `Host: 127.0.0.1:${server.port}`;
    const head = ['POST / HTTP/1.1', host, `Cookie: ${cookie}`, 'Transfer-Encoding: chunked', '', ''].join(
      '\r\n',
    );
    expect((await rawRequest(server.port, head + chunk)).status).toBe(405);
    const declared = [
      'POST / HTTP/1.1',
      host,
      `Cookie: ${cookie}`,
      'Content-Length: 1073741824',
      '',
      'x',
    ].join('\r\n');
    expect((await rawRequest(server.port, declared)).status).toBe(405);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });

  test('headers beyond 16 KiB and garbage are refused, with headers of our own', async () => {
    const long = await raw(['GET / HTTP/1.1', `Host: 127.0.0.1:${server.port}`, `X: ${'x'.repeat(20_000)}`]);
    expect(long.status).toBe(431);
    const garbage = await rawRequest(server.port, '\u0016\u0003\u0001garbage\r\n\r\n');
    expect(garbage.status).toBe(400);
    expect(garbage.head).toContain("frame-ancestors 'none'");
  });

  test('a request cut short harms nobody else', async () => {
    const cut = rawRequest(server.port, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-Slow: `, 300);
    expect((await get('/')).status).toBe(200);
    expect((await cut).status).toBe(0);
  });
});

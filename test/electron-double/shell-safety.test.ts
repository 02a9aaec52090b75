import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desktop, launchDesktop, whyNot } from './launch.ts';
import { type BridgeWindow, PAGE, type ShellFolders, shellFolders } from './shell.ts';

const FOREIGN = { url: 'https://evil.example/', origin: 'https://evil.example' };
const OWN_FRAME = { url: 'app://shardscope/', origin: 'app://shardscope' };

describe.skipIf(whyNot() !== undefined)('the desktop shell as it starts', () => {
  let folders: ShellFolders;
  let shell: Desktop;
  let scratch: string;
  beforeAll(async () => {
    folders = await shellFolders();
    ({ scratch } = folders);
    shell = await launchDesktop({ bundles: folders.bundles, dialogAnswers: [scratch] });
  });
  afterAll(async () => {
    await shell.close();
    await folders.remove();
  });

  test('opens one window with every safe default (EL-02/03/04/06/08/11)', async () => {
    const { called, page } = shell;
    expect(called('enableSandbox').length).toBe(1);
    expect(called('BrowserWindow').length).toBe(1);
    expect(called('BrowserWindow')[0]?.[0]).toMatchObject({
      webPreferences: {
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webviewTag: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        experimentalFeatures: false,
      },
    });
    const types = await page.evaluate(() =>
      ['require', 'process', 'Buffer', 'module', 'global'].map((name) => typeof Reflect.get(window, name)),
    );
    expect(types).toEqual(Array(5).fill('undefined'));
    await expect.poll(() => called('show').length).toBe(1);
  });

  test('gives the page named functions and nothing of Electron (EL-20)', async () => {
    const { page } = shell;
    const surface = await page.evaluate(() =>
      Object.entries((window as unknown as BridgeWindow).shardscope).map(
        ([name, value]) => `${name}: ${typeof value}`,
      ),
    );
    expect(surface).toEqual([
      'platform: string',
      'connect: function',
      'pickFolder: function',
      'pickFile: function',
      'pickOutput: function',
      'pathForFile: function',
      'revealOutput: function',
      'speak: function',
      'onOpen: function',
    ]);
    // What a callback gets has no way back to ipcRenderer.
    const heard = page.evaluate(
      () =>
        new Promise<unknown[]>((resolve) =>
          (window as unknown as BridgeWindow).shardscope.onOpen((...args: unknown[]) => resolve(args)),
        ),
    );
    await shell.ask('app-event', { name: 'second-instance', args: [[], scratch, { path: 'given' }] });
    expect(await heard).toEqual([join(scratch, 'given')]);
  });

  test('serves the page under a policy that allows no foreign and no inline script (EL-07)', async () => {
    const { page, cancelled } = shell;
    expect(await page.evaluate(() => Reflect.get(window, 'started'))).toBe(true);
    const violations = await page.evaluate(async () => {
      const seen: string[] = [];
      document.addEventListener(
        'securitypolicyviolation',
        (event) => void seen.push(event.effectiveDirective),
      );
      const inline = document.createElement('script');
      inline.textContent = 'window.inline = true';
      document.body.append(inline);
      const text = document.getElementById('text');
      if (text)
        text.innerHTML =
          '<img src=x onerror="window.handler = true"><iframe src="https://evil.example/"></iframe>';
      await fetch('https://evil.example/').catch(() => undefined);
      document.body.append(
        Object.assign(document.createElement('script'), { src: 'https://evil.example/x.js' }),
      );
      await new Promise((resolve) => setTimeout(resolve, 200));
      return { seen: [...new Set(seen)].sort(), inline: 'inline' in window, handler: 'handler' in window };
    });
    expect(violations).toEqual({
      seen: ['connect-src', 'frame-src', 'script-src-attr', 'script-src-elem'],
      inline: false,
      handler: false,
    });
    // Nothing even got as far as the request filter.
    expect(cancelled).toEqual([]);
  });

  test('serves the built page under app://shardscope, and nothing else (EL-18)', async () => {
    const get = (url: string) =>
      shell.ask<{ status: number; headers: Record<string, string>; body: Uint8Array }>('request', {
        url,
        method: 'GET',
      });
    const page = await get('app://shardscope/index.html?x#y');
    expect([page.status, Buffer.from(page.body).toString()]).toEqual([200, PAGE]);
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; /);
    expect(page.headers['content-security-policy']).not.toContain('unsafe-eval');
    const others = [
      'app://shardscope/../main.cjs',
      'app://shardscope/%2e%2e/main.cjs',
      'app://shardscope/..%2fmain.cjs',
      'app://shardscope//etc/passwd',
      'app://shardscope/..\\main.cjs',
      'app://shardscope/C:/x',
      'app://shardscope/__proto__',
      'app://evil/index.html',
      'app://shardscope.evil/',
      'app://shardscope:81/index.html',
      'app://shardscope/renderer/index.html',
    ];
    for (const url of others) {
      const answer = await get(url);
      expect([url, answer.status, Buffer.from(answer.body).toString()]).toEqual([url, 404, 'not found']);
    }
  });

  test('goes nowhere: no navigation, no window, no frame (EL-13/14)', async () => {
    const { page, opened } = shell;
    const before = page.url();
    await page.evaluate(() => Reflect.set(window, 'mark', 'same'));
    for (const leave of [
      () => page.evaluate(() => void location.assign('https://evil.example/')),
      () => page.evaluate(() => void location.assign('/main.js')),
      () =>
        page.evaluate(
          () => void Object.assign(document.createElement('a'), { href: 'https://evil.example/' }).click(),
        ),
      () => page.evaluate(() => void location.assign('file:///etc/passwd')),
      () =>
        page.evaluate(() => {
          const meta = Object.assign(document.createElement('meta'), {
            httpEquiv: 'refresh',
            content: '0;url=/main.js',
          });
          document.head.append(meta);
        }),
    ]) {
      await leave();
      await page.waitForTimeout(100);
      expect(page.url()).toBe(before);
    }
    // Still the same document.
    expect(await page.evaluate(() => Reflect.get(window, 'mark'))).toBe('same');
    await page.evaluate(() => void window.open('https://evil.example/'));
    await expect.poll(() => opened.length).toBe(1);
    await expect.poll(() => page.context().pages().length).toBe(1);
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview'])
      expect(await shell.ask('contents-event', { name, details: {} })).toBe(true);
  });

  test('denies every permission but copying text, asked or checked (EL-05)', async () => {
    const denied = [
      'geolocation',
      'media',
      'notifications',
      'clipboard-read',
      'hid',
      'usb',
      'serial',
      'fileSystem',
      'midi',
      'openExternal',
    ];
    for (const permission of denied)
      expect([permission, await shell.ask('permission', permission)]).toEqual([
        permission,
        { requested: false, checked: false },
      ]);
    expect(await shell.ask('permission', 'clipboard-sanitized-write')).toEqual({
      requested: true,
      checked: true,
    });
    expect(shell.called('devicePermission')).toEqual([[false]]);
  });

  test('lets no request out (EL-01)', async () => {
    for (const url of [
      'https://example.com/',
      'http://127.0.0.1/',
      'file:///etc/passwd',
      'ws://evil/',
      'app://other/',
    ])
      expect([url, await shell.ask('before-request', url)]).toEqual([url, true]);
    expect(await shell.ask('before-request', 'app://shardscope/main.js')).toBe(false);
  });

  test('answers no message of another frame, window or page, on any channel (EL-17)', async () => {
    const { ask, ipc, called } = shell;
    const { send, invoke } = await ask<{ send: string[]; invoke: string[] }>('channels', {});
    expect([send.length, invoke.length]).toEqual([5, 5]);
    for (const frame of [FOREIGN, OWN_FRAME])
      for (const channel of invoke) {
        const args = channel.endsWith('pick-folder') || channel.endsWith('pick-file') ? [] : ['/etc'];
        await expect(ipc(channel, args, frame, true)).rejects.toThrow('refused');
      }
    for (const channel of send)
      await ipc(channel, [1, { type: 'call', id: 1, method: 'app.info', input: {} }], FOREIGN, false);
    const menu = await ask('menu-items', {});
    await ipc('shardscope:language', ['zh-CN'], FOREIGN, false);
    expect(await ask('menu-items', {})).toEqual(menu);
    expect(called('showOpenDialog')).toEqual([]);
    expect(called('showItemInFolder')).toEqual([]);
  });

  test('answers no message of a wrong form (EL-17)', async () => {
    const { ask, ipc, called } = shell;
    const { send, invoke } = await ask<{ send: string[]; invoke: string[] }>('channels', {});
    const wrong = [
      [7, 7, 7],
      [{}],
      [JSON.parse('{"__proto__":{"x":1}}')],
      ['x'.repeat(100_000)],
      [['/etc']],
      [undefined, 1],
    ];
    for (const args of wrong) {
      for (const channel of invoke) await expect(ipc(channel, args, 'top', true)).rejects.toThrow('refused');
      for (const channel of send) await ipc(channel, args, 'top', false);
    }
    expect([...called('showOpenDialog'), ...called('showSaveDialog'), ...called('showItemInFolder')]).toEqual(
      [],
    );
  });
});

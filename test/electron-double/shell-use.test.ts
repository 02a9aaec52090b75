import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connect, type RpcClient } from '../../shared/rpc/connect.ts';
import { pagePort } from '../contract/transports.ts';
import { type Desktop, type LaunchOptions, launchDesktop, whyNot } from './launch.ts';
import { type BridgeWindow, type ShellFolders, shellFolders } from './shell.ts';

const client = async (launched: Desktop) => connect(await pagePort(launched.page));
const codeOf = (using: RpcClient, path: string) =>
  using.call('folder.list', { path }).then(
    () => 'allowed',
    (error) => error.fault.code,
  );

describe.skipIf(whyNot() !== undefined)('the desktop shell in use', () => {
  let folders: ShellFolders;
  let bundles: string;
  let scratch: string;
  beforeAll(async () => {
    folders = await shellFolders();
    ({ bundles, scratch } = folders);
  });
  afterAll(() => folders.remove());
  let desktop: Desktop | undefined;
  afterEach(async () => {
    await desktop?.close();
    desktop = undefined;
  });
  const launch = async (options: LaunchOptions = {}) => {
    desktop = await launchDesktop({ bundles, ...options });
    return desktop;
  };

  test('the page uses paths that a person chose, and no others (EL-21)', async () => {
    const picked = join(scratch, 'picked');
    const output = join(scratch, 'output');
    const shell = await launch({
      args: [join(scratch, 'given')],
      dialogAnswers: [null, picked, output],
      droppable: { 'dropped.safetensors': join(scratch, 'dropped') },
    });
    const rpc = await client(shell);
    expect(await codeOf(rpc, join(scratch, 'given'))).toBe('allowed');
    expect(await codeOf(rpc, join(scratch, 'secret'))).toBe('API_FORBIDDEN');
    expect(await codeOf(rpc, '/etc')).toBe('API_FORBIDDEN');

    const pick = () => shell.page.evaluate(() => (window as unknown as BridgeWindow).shardscope.pickFolder());
    expect(await pick()).toBeNull();
    expect(await codeOf(rpc, picked)).toBe('API_FORBIDDEN');
    expect(await pick()).toBe(picked);
    expect(await codeOf(rpc, picked)).toBe('allowed');

    const drop = (name: string) =>
      shell.page.evaluate(
        (file) => (window as unknown as BridgeWindow).shardscope.pathForFile(new File([], file)),
        name,
      );
    expect(await drop('made-up')).toBeNull();
    expect(await codeOf(rpc, join(scratch, 'dropped'))).toBe('API_FORBIDDEN');
    expect(await drop('dropped.safetensors')).toBe(join(scratch, 'dropped'));
    expect(await codeOf(rpc, join(scratch, 'dropped'))).toBe('allowed');

    const plan = { job: 'merge', path: picked, out: output } as const;
    await expect(rpc.call('job.plan', plan)).rejects.toMatchObject({
      fault: { code: 'API_FORBIDDEN', file: output },
    });
    expect(
      await shell.page.evaluate(() => (window as unknown as BridgeWindow).shardscope.pickOutput('/tmp/x')),
    ).toBe(output);
    expect(shell.called('showSaveDialog')[0]?.[0]).toMatchObject({ defaultPath: '/tmp/x' });
    expect((await rpc.call('job.plan', plan)).out).toBe(`${picked}-merged`);

    await shell.page.evaluate(() =>
      (window as unknown as BridgeWindow).shardscope.revealOutput('/etc/passwd'),
    );
    expect(shell.called('showItemInFolder')).toEqual([]);
  });

  test('the menu opens a folder through its dialog, and tells the page', async () => {
    const shell = await launch({ dialogAnswers: [join(scratch, 'picked')] });
    const heard = shell.page.evaluate(
      () => new Promise((resolve) => (window as unknown as BridgeWindow).shardscope.onOpen(resolve)),
    );
    await shell.ask('menu', 'Open folder…');
    expect(await heard).toBe(join(scratch, 'picked'));
    expect(await codeOf(await client(shell), join(scratch, 'picked'))).toBe('allowed');
  });

  test('a path that comes before the page listens is told when it does', async () => {
    const shell = await launch();
    const given = join(scratch, 'given');
    await shell.ask('app-event', { name: 'second-instance', args: [[], scratch, { path: 'given' }] });
    // What a person may read is looked at first; the page hears of it afterwards.
    await expect.poll(async () => codeOf(await client(shell), given)).toBe('allowed');
    const heard = shell.page.evaluate(
      () => new Promise((resolve) => (window as unknown as BridgeWindow).shardscope.onOpen(resolve)),
    );
    expect(await heard).toBe(given);
  });

  test('a second start is handed over, and what it hands over is looked at (EL-22)', async () => {
    const shell = await launch();
    const rpc = await client(shell);
    const second = (data: unknown) =>
      shell.ask('app-event', { name: 'second-instance', args: [['--x', '/etc'], scratch, data] });
    for (const data of [
      null,
      '/etc',
      { path: '--evil' },
      { path: 'missing' },
      { path: 7 },
      { path: 'file:///etc' },
    ])
      await second(data);
    expect(await codeOf(rpc, '/etc')).toBe('API_FORBIDDEN');
    await second({ path: 'given' });
    expect(await codeOf(rpc, join(scratch, 'given'))).toBe('allowed');
    expect(shell.called('focus').length).toBe(7);
  });

  test('a start beside a running app ends at once, without a window', async () => {
    await expect(launchDesktop({ bundles, hasLock: false, args: [scratch] })).rejects.toThrow('ended with 0');
  });

  test('an engine that dies is started again, and the page connects anew (EL-23)', async () => {
    const shell = await launch();
    const first = await client(shell);
    expect((await first.call('app.info', {})).host).toBe('desktop');
    const gone = new Promise<void>((resolve) => first.onDisconnect(resolve));
    process.kill(Number(shell.called('fork')[0]?.[1]));
    await gone;
    await expect.poll(() => shell.called('fork').length).toBe(2);
    const answer = await shell.page.evaluate(
      () =>
        new Promise((resolve) => {
          const { connect } = (window as unknown as BridgeWindow).shardscope;
          const connection = connect(resolve, () => undefined);
          connection.send({ type: 'call', id: 1, method: 'app.info', input: {} });
        }),
    );
    expect(answer).toMatchObject({ type: 'result', id: 1, value: { host: 'desktop' } });
  });

  test('a page that crashed is loaded again (EL-23)', async () => {
    const shell = await launch();
    await shell.page.evaluate(() => Reflect.set(window, 'mark', 'old'));
    await shell.ask('contents-event', { name: 'render-process-gone', details: { reason: 'crashed' } });
    await expect
      .poll(() =>
        shell.page
          .evaluate(() => [Reflect.get(window, 'mark'), Reflect.get(window, 'started')])
          .catch(() => 0),
      )
      .toEqual([undefined, true]);
  });

  test('a page that is loaded again leaves no connection behind', async () => {
    const shell = await launch();
    const rpc = await client(shell);
    const call = rpc.call('jobs.list', {});
    await call;
    await shell.page.reload();
    expect(await shell.page.evaluate(() => Reflect.get(window, 'started'))).toBe(true);
    const answer = await shell.page.evaluate(
      () =>
        new Promise((resolve) => {
          const { connect } = (window as unknown as BridgeWindow).shardscope;
          const connection = connect(resolve, () => undefined);
          connection.send({ type: 'call', id: 1, method: 'jobs.list', input: {} });
        }),
    );
    expect(answer).toEqual({ type: 'result', id: 1, value: { jobs: [] } });
  });

  test('running jobs show on the taskbar, keep the window open, and end in what may be shown', async () => {
    const output = join(scratch, 'given', 'merged');
    const shell = await launch({ args: [join(scratch, 'given')], dialogAnswers: [output, 0, 0] });
    const rpc = await client(shell);
    await shell.page.evaluate(() => (window as unknown as BridgeWindow).shardscope.pickOutput());
    const reveal = (path: string) =>
      shell.page.evaluate(
        (given) => (window as unknown as BridgeWindow).shardscope.revealOutput(given),
        path,
      );
    const job = await rpc.call('job.start', { job: 'merge', path: join(scratch, 'given'), out: output });
    await expect.poll(() => shell.called('setProgressBar')).toEqual([[0.25]]);
    await reveal(output);
    await shell.ask('close-window', {});
    await expect.poll(() => shell.called('showMessageBox').length).toBe(1);
    const quitting =
      'Quitting cancels what is running. What was written so far is removed; the sources are not touched.';
    expect(shell.called('showMessageBox')[0]?.[0]).toMatchObject({
      message: 'A job is running.',
      detail: `Merging given\n\n${quitting}`,
      buttons: ['Keep running', 'Cancel and quit'],
      defaultId: 0,
      cancelId: 0,
    });
    // "Keep running" was the answer. The second time it is asked in the language that the page says then.
    await shell.page.evaluate(() => (window as unknown as BridgeWindow).shardscope.speak('zh-CN'));
    await shell.ask('close-window', {});
    await expect.poll(() => shell.called('showMessageBox').length).toBe(2);
    expect(shell.called('showMessageBox')[1]?.[0]).toMatchObject({
      message: '1 个任务正在运行。',
      detail: expect.stringMatching(/^合并 given\n\n退出会取消/),
      buttons: ['继续运行', '取消任务并退出'],
    });
    await rpc.call('jobs.dismiss', { job: job.id });
    await expect.poll(() => shell.called('setProgressBar')).toEqual([[0.25], [-1]]);
    expect(shell.called('showItemInFolder')).toEqual([]);
    await reveal(output);
    expect(shell.called('showItemInFolder')).toEqual([[output]]);
  });

  test('closing the window ends the app and its engine', async () => {
    const shell = await launch();
    const engine = Number(shell.called('fork')[0]?.[1]);
    await (await client(shell)).call('jobs.list', {});
    shell.ask('close-window', {}).catch(() => undefined);
    expect(await shell.exited).toBe(0);
    expect(() => process.kill(engine, 0)).toThrow('ESRCH');
  });
});

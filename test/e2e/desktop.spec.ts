import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'playwright/test';
import { type Desktop, launchDesktop } from '../electron-double/launch.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/dp2_mp4', import.meta.url));

let scratch: string;
let folder: string;
let desktop: Desktop;

test.beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'shardscope-desktop-e2e-'));
  folder = join(scratch, 'dp2_mp4');
  await cp(FIXTURE, folder, { recursive: true });
});
test.afterEach(async () => {
  await desktop.close();
  await rm(scratch, { recursive: true });
});

test('the window opens a folder through the system dialog', async () => {
  desktop = await launchDesktop({ dialogAnswers: [folder] });
  const { page } = desktop;
  await page.getByRole('button', { name: 'Open a folder…' }).click();
  await expect(page.getByRole('main')).toContainText('8 weight files');
  expect(desktop.called('showOpenDialog')).toHaveLength(1);
});

test('the page shows itself under its policy, without a request to anywhere', async () => {
  desktop = await launchDesktop({ args: [folder] });
  const { page, cancelled } = desktop;
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.reload();
  await expect(page.getByRole('main')).toContainText('8 weight files');
  expect(complaints).toEqual([]);
  expect(cancelled).toEqual([]);
});

test('a path that nobody chose is refused, whatever the page asks', async () => {
  desktop = await launchDesktop({ args: [folder] });
  const answer = await desktop.page.evaluate(
    () =>
      new Promise((resolve) => {
        const connection = window.shardscope?.connect(
          (frame) => (frame as { type: string }).type !== 'event' && resolve(frame),
          () => resolve('closed'),
        );
        connection?.send({ type: 'call', id: 1, method: 'checkpoint.open', input: { path: '/etc' } });
      }),
  );
  expect(answer).toMatchObject({ type: 'error', id: 1, fault: { code: 'API_FORBIDDEN', file: '/etc' } });
});

test('a merge goes where the dialog said, and shows on the taskbar and in the file browser', async () => {
  const out = join(scratch, 'merged');
  desktop = await launchDesktop({ args: [folder], dialogAnswers: [out] });
  const { page } = desktop;
  await page.getByRole('button', { name: 'Merge into one model' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Choose…' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Into' })).toHaveValue(out);
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(page.getByText(/written in .* and checked\./).first()).toBeVisible({ timeout: 30_000 });
  expect((await readdir(out)).sort()).toEqual([
    'hyper_param.safetensors',
    'param_name_map.json',
    'part0.safetensors',
    'shardscope-report.json',
  ]);
  await page.getByRole('button', { name: 'Show in folder' }).first().click();
  await expect.poll(() => desktop.called('showItemInFolder')).toEqual([[out]]);
  expect(desktop.called('setProgressBar').at(-1)).toEqual([-1]);
});

test('the engine dies and the page goes on', async () => {
  desktop = await launchDesktop({ args: [folder] });
  const { page } = desktop;
  await expect(page.getByRole('main')).toContainText('8 weight files');
  process.kill(Number(desktop.called('fork')[0]?.[1]));
  await expect.poll(() => desktop.called('fork').length).toBe(2);
  await page.getByRole('navigation', { name: 'Views' }).getByText('Tensors').click();
  await expect(page.getByRole('treegrid', { name: 'Tensors' })).toContainText('layers');
});

test('windows come back with their places and tabs; a second start opens a tab in the one used last', async () => {
  const other = join(scratch, 'dp2_mp2_pp2');
  await cp(fileURLToPath(new URL('../fixtures/dp2_mp2_pp2', import.meta.url)), other, { recursive: true });
  desktop = await launchDesktop({ args: [folder], dialogAnswers: [other] });
  await expect(desktop.page.getByRole('main')).toContainText('8 weight files');
  await desktop.page.getByRole('navigation', { name: 'Views' }).getByText('Tensors').click();
  await desktop.page.keyboard.press('Control+t');
  await desktop.page.keyboard.press('Alt+1');

  await desktop.ask('menu', 'New window');
  await expect.poll(() => desktop.pages.length).toBe(2);
  const second = desktop.pages[1];
  if (second === undefined) throw new Error('there is no second window');
  await second.getByRole('button', { name: 'Open a folder…' }).click();
  await expect(second.getByRole('main')).toContainText('2 stages');
  await expect(second.getByRole('tab')).toHaveCount(0);
  expect(desktop.called('fork')).toHaveLength(1);

  const after = await desktop.quit();
  desktop = await launchDesktop({ after });
  await expect.poll(() => desktop.pages.length).toBe(2);
  const [one, two] = desktop.pages;
  if (one === undefined || two === undefined) throw new Error('a window is missing');
  await expect(one.getByRole('tab')).toHaveText(['dp2_mp4', 'New tab']);
  await expect(one.getByRole('treegrid', { name: 'Tensors' })).toContainText('layers');
  await expect(two.getByRole('main')).toContainText('2 stages');
  expect(desktop.called('BrowserWindow').map(([options]) => options)).toMatchObject([
    { x: 0, y: 0, width: 1440, height: 900 },
    { x: 0, y: 0, width: 1440, height: 900 },
  ]);

  await desktop.ask('app-event', { name: 'second-instance', args: [[], scratch, { path: folder }] });
  await expect(two.getByRole('tab')).toHaveText(['dp2_mp2_pp2', 'dp2_mp4']);
  await expect(two.getByRole('main')).toContainText('dp 2 × mp 4');

  await desktop.ask('close-window', { window: 1 });
  await expect.poll(() => desktop.pages.length).toBe(1);
  const last = await desktop.quit();
  desktop = await launchDesktop({ after: last });
  await expect(desktop.page.getByRole('tab')).toHaveText(['dp2_mp2_pp2', 'dp2_mp4']);
  expect(desktop.pages).toHaveLength(1);
});

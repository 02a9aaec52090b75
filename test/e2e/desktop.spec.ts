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

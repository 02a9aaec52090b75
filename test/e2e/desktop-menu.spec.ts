import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'playwright/test';
import { type Desktop, launchDesktop } from '../electron-double/launch.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url));

interface Item {
  readonly label?: string;
  readonly role?: string;
  readonly enabled?: boolean;
  readonly submenu?: readonly Item[];
}

let scratch: string;
let one: string;
let two: string;
let desktop: Desktop;

const menu = () => desktop.ask<readonly Item[]>('menu-items', {});
const tops = async () => (await menu()).map(({ label }) => label);
/** Labels of the menu that lists what was open before, and whether it can be opened. */
const recent = async (label: string) => {
  const file = (await menu())[0]?.submenu ?? [];
  const item = file.find((entry) => entry.label === label);
  return { enabled: item?.enabled !== false, items: item?.submenu?.map((entry) => entry.label) };
};

test.beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'shardscope-menu-e2e-'));
  one = join(scratch, 'one & two');
  two = join(scratch, 'dp2_mp2_pp2');
  await cp(join(FIXTURES, 'dp2_mp4'), one, { recursive: true });
  await cp(join(FIXTURES, 'dp2_mp2_pp2'), two, { recursive: true });
});
test.afterEach(async () => {
  await desktop.close();
  await rm(scratch, { recursive: true });
});

test('menu and dialogs speak the system’s language, then the one that is chosen', async () => {
  desktop = await launchDesktop({ language: 'zh-CN', dialogAnswers: [null, null] });
  const { page } = desktop;
  expect(await tops()).toEqual(['文件(&F)', '编辑(&E)', '查看(&V)', '窗口(&W)', '帮助(&H)']);
  const labels = (items: readonly Item[]): string[] =>
    items.flatMap(({ label = '', submenu = [] }) => [label, ...labels(submenu)]);
  // Every item has words of its own: a role without a label would be English.
  expect(labels(await menu()).filter((label) => /^[A-Za-z &]+$/.test(label))).toEqual([]);
  await page.getByRole('button', { name: '打开文件夹…' }).click();
  await desktop.ask('menu', '打开文件…');
  await expect
    .poll(() => desktop.called('showOpenDialog'))
    .toMatchObject([
      [{ title: '打开检查点文件夹', properties: ['openDirectory'] }],
      [{ title: '打开文件', filters: [{ name: '权重、索引与切分策略' }, { name: '所有文件' }] }],
    ]);

  await page.getByRole('button', { name: '设置' }).click();
  await page.getByRole('dialog').getByText('English').click();
  await expect.poll(tops).toEqual(['&File', '&Edit', '&View', '&Window', '&Help']);
  // It is remembered: the next start speaks it as soon as its page does.
  const after = await desktop.quit();
  desktop = await launchDesktop({ language: 'zh-CN', after });
  await expect.poll(tops).toEqual(['&File', '&Edit', '&View', '&Window', '&Help']);
});

test('what was open before is in the menu, opens from it, and can be forgotten', async () => {
  desktop = await launchDesktop({ args: [one] });
  const { page } = desktop;
  const clear = 'Forget all that are not open';
  // A single & would underline the letter after it.
  const named = one.replace('&', '&&');
  await expect.poll(() => recent('Open recent')).toEqual({ enabled: true, items: [named, undefined, clear] });
  await desktop.ask('app-event', { name: 'second-instance', args: [[], scratch, { path: two }] });
  await expect(page.getByRole('main')).toContainText('2 stages');
  await expect.poll(async () => (await recent('Open recent')).items).toEqual([two, named, undefined, clear]);

  const after = await desktop.quit();
  desktop = await launchDesktop({ after: { ...after, storage: { cookies: [], origins: [] } } });
  await expect.poll(async () => (await recent('Open recent')).items).toEqual([two, named, undefined, clear]);
  await desktop.ask('menu', named);
  await expect(desktop.page.getByRole('main')).toContainText('dp 2 × mp 4');
  await desktop.ask('menu', clear);
  await expect.poll(async () => (await recent('Open recent')).items).toEqual([named, undefined, clear]);
  await desktop.page.keyboard.press('Control+t');
  await expect(desktop.page.getByRole('region', { name: 'Recent' }).getByRole('listitem')).toHaveCount(1);
});

test('the menu of a first start has nothing to open', async () => {
  desktop = await launchDesktop();
  expect(await recent('Open recent')).toMatchObject({ enabled: false });
});

test('the language that one window chooses is spoken by all of them, and by the menu', async () => {
  desktop = await launchDesktop({ args: [one] });
  const { page } = desktop;
  await desktop.ask('menu', 'New window');
  await expect.poll(() => desktop.pages.length).toBe(2);
  const second = desktop.pages[1];
  if (second === undefined) throw new Error('there is no second window');
  await second.getByRole('button', { name: 'Settings' }).click();
  await second.getByRole('dialog').getByText('简体中文').click();
  await expect(second.getByRole('button', { name: '打开文件夹…' })).toBeAttached();
  await expect(page.getByRole('navigation', { name: '视图' })).toContainText('张量');
  await expect.poll(tops).toEqual(['文件(&F)', '编辑(&E)', '查看(&V)', '窗口(&W)', '帮助(&H)']);
});

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright/test';
import { expect, expectAccessible, FIXTURES, test } from './support.ts';

/** Several checkpoints in one window, each with its own views: in tabs and side by side, restored, released. */
test.use({ fixture: 'dp2_mp4', damages: 'tabs', viewport: { width: 1600, height: 900 } });

let other: string;
test.beforeEach(async ({ host }) => {
  other = join(host.scratch, 'stages', 'dp2_mp2_pp2');
  await cp(join(FIXTURES, 'dp2_mp2_pp2'), other, { recursive: true });
});

const tabsOf = (page: Page) => page.getByRole('tablist', { name: 'Open checkpoints' }).getByRole('tab');
const rowsOf = (place: Page | Locator) =>
  place.getByRole('treegrid', { name: 'Tensors' }).getByRole('row', { name: /weight/ });

async function openSecond(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New tab' }).click();
  await page.getByRole('textbox', { name: 'Path on the host' }).fill(other);
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('2 stages');
}

async function filter(page: Page, text: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByText('Tensors').click();
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill(text);
}

/** w2 is 16 × 24 in both, in 4 slices by `dp 2 × mp 4` and in 2 by `dp 2 × mp 2`. */
async function openBoth(page: Page): Promise<void> {
  await filter(page, 'layers.1.feed_forward.w2 !adam');
  await expect(rowsOf(page)).toContainText(['4 slices × 2']);
  await openSecond(page);
  await filter(page, 'layers.0.feed_forward.w2 !adam');
  await expect(rowsOf(page)).toContainText(['layers.0.feed_forward.w2.weight']);
  await expect(rowsOf(page)).toContainText(['2 slices × 2']);
}

test('each tab has its own checkpoint, view and filter; a reload brings both back', async ({ page }) => {
  await openBoth(page);
  await expect(tabsOf(page)).toHaveText(['dp2_mp4', 'dp2_mp2_pp2']);
  await tabsOf(page).first().click();
  await expect(rowsOf(page)).toHaveCount(1);
  await expect(rowsOf(page)).toContainText(['layers.1.feed_forward.w2.weight']);
  await expect(page).toHaveURL(/filter=layers\.1/);

  await page.reload();
  await expect(rowsOf(page)).toContainText(['4 slices × 2']);
  await expect(page.getByRole('textbox', { name: 'Filter tensors' })).toHaveValue(/^layers\.1/);
  await expect(tabsOf(page)).toHaveText(['dp2_mp4', 'dp2_mp2_pp2']);
  await tabsOf(page).nth(1).click();
  await expect(page.getByRole('textbox', { name: 'Filter tensors' })).toHaveValue(/^layers\.0/);
  await expect(rowsOf(page)).toContainText(['2 slices × 2']);
});

test('a tab that is shown again is as it was left: scrolled, and its header opened', async ({ page }) => {
  await page.setViewportSize({ width: 1600, height: 500 });
  await page.getByRole('navigation', { name: 'Views' }).getByText('Tensors').click();
  await page.getByText('Flat', { exact: true }).click();
  const table = page.getByRole('treegrid', { name: 'Tensors' });
  const scrolled = () => table.evaluate((element) => element.scrollTop);
  await table.hover();
  await page.mouse.wheel(0, 540);
  await expect.poll(scrolled).toBeGreaterThan(300);
  const before = await scrolled();
  await openSecond(page);
  await tabsOf(page).first().click();
  await expect(table).toBeVisible();
  await expect.poll(scrolled).toBe(before);

  await page.getByRole('navigation', { name: 'Views' }).getByText('Files').click();
  const items = page.getByRole('tree', { name: 'Header' }).getByRole('treeitem');
  await items.nth(1).dblclick();
  await expect(items.nth(1)).toHaveAttribute('aria-expanded', 'true');
  await tabsOf(page).nth(1).click();
  await tabsOf(page).first().click();
  await expect(items.nth(1)).toBeVisible();
  await page.waitForTimeout(300);
  await expect(items.nth(1)).toHaveAttribute('aria-expanded', 'true');
});

test('back and forward go between tabs and within them, and close none', async ({ page }) => {
  await openBoth(page);
  await page.getByRole('navigation', { name: 'Views' }).getByText('Files').click();
  await tabsOf(page).first().click();
  await page.goBack();
  await expect(tabsOf(page).nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByRole('region', { name: 'Files' })).toBeVisible();
  await page.goBack();
  await expect(rowsOf(page)).toContainText(['2 slices × 2']);
  await page.goForward();
  await page.goForward();
  await expect(tabsOf(page).first()).toHaveAttribute('aria-selected', 'true');
  await expect(rowsOf(page)).toContainText(['4 slices × 2']);
  await expect(tabsOf(page)).toHaveCount(2);
});

test('side by side each shows its own; the two are compared in a tab of their own', async ({ page }) => {
  await openBoth(page);
  await page.getByRole('button', { name: 'Side by side' }).click();
  await page.getByRole('menuitem', { name: 'dp2_mp4' }).click();
  const left = page.getByRole('tabpanel', { name: 'dp2_mp2_pp2' });
  const right = page.getByRole('tabpanel', { name: 'dp2_mp4' });
  await expect(rowsOf(left)).toContainText(['2 slices × 2']);
  await expect(rowsOf(right)).toContainText(['4 slices × 2']);

  await rowsOf(left).click();
  await expect(left.getByLabel('Selection', { exact: true })).toContainText('columns cut in 2 along mp');
  await expect(page).toHaveURL(/pp2/);
  await rowsOf(right).click();
  await expect(right.getByLabel('Selection', { exact: true })).toContainText('columns cut in 4 along mp');
  await expect(page).not.toHaveURL(/pp2/);
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Skip to the view' }).press('Enter');
  await expect(right.getByRole('region', { name: 'Tensors' })).toBeFocused();

  await page.getByRole('button', { name: 'Side by side' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Select a tensor in both' }).click();
  await rowsOf(left).click();
  await right.getByRole('textbox', { name: 'Filter tensors' }).fill('layers.2.attention.wo !adam');
  await rowsOf(right).filter({ hasText: 'layers.2' }).click();
  const explained = left.getByLabel('Selection', { exact: true });
  await expect(explained).toContainText('layers.2.attention.wo.weight');
  await expect(explained).toContainText('columns cut in 2 along mp');

  await page.keyboard.press('Control+b');
  await page.getByRole('navigation', { name: 'Views' }).getByText('Files').click();
  await expect(right.getByRole('region', { name: 'Files' })).toBeVisible();
  await expect(rowsOf(left)).toBeVisible();

  await page.getByRole('button', { name: 'Compare these two' }).click();
  const compared = page.getByRole('region', { name: 'Comparison' });
  await expect(compared).toContainText('117 different, 5 equal', { timeout: 30_000 });
  await expect(tabsOf(page)).toHaveCount(3);
  await page.keyboard.press('Alt+w');
  await expect(rowsOf(left)).toBeVisible();
  await expect(right.getByRole('region', { name: 'Files' })).toBeVisible();
  await page.setViewportSize({ width: 1000, height: 700 });
  await expect(page.getByRole('tabpanel')).toHaveCount(1);
});

test('half of a small window shows the right panel once a tensor is selected, and the view stays', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openBoth(page);
  await page.getByRole('button', { name: 'Side by side' }).click();
  await page.getByRole('menuitem', { name: 'dp2_mp4' }).click();
  const left = page.getByRole('tabpanel', { name: 'dp2_mp2_pp2' });
  const table = left.getByRole('treegrid', { name: 'Tensors' });
  const panel = left.getByLabel('Selection', { exact: true });
  const button = left.getByRole('button', { name: 'Right panel' });
  const widthOf = (place: Locator) => place.evaluate((element) => Math.round(element.clientWidth));
  await expect(rowsOf(left)).toBeVisible();
  await expect(panel).toBeHidden();
  await expect(button).toBeHidden();
  expect(await widthOf(table)).toBeGreaterThanOrEqual((await widthOf(left)) - 1);
  await expect(left.getByRole('separator')).toHaveCount(0);

  // The line between the halves moves them alone, not the panel that is not there.
  const before = await widthOf(left);
  const line = await page.getByRole('separator', { name: 'Width of the left checkpoint' }).boundingBox();
  if (!line) throw new Error('no line between the halves');
  await page.mouse.move(line.x, 500);
  await page.mouse.down();
  await page.mouse.move(line.x - 40, 500, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => widthOf(left)).toBe(before - 40);

  // Asked for, it says what to select; and goes again.
  await table.evaluate((element) => element.setAttribute('data-same', ''));
  await table.focus();
  await page.keyboard.press('Control+i');
  await expect(panel).toContainText('Select a tensor to see its shape');
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await button.click();
  await expect(panel).toBeHidden();
  await expect(button).toBeHidden();

  await rowsOf(left).click();
  await expect(panel).toContainText('columns cut in 2 along mp');
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  expect(Math.abs((await widthOf(panel)) - 304)).toBeLessThan(3);
  expect((await widthOf(table)) + (await widthOf(panel))).toBeLessThanOrEqual(await widthOf(left));
  await expect(table).toHaveAttribute('data-same');
  await expect(table).toBeFocused();
  await page.keyboard.press('Control+i');
  await expect(panel).toBeHidden();
  await page.keyboard.press('Control+i');
  await expect(panel).toContainText('columns cut in 2 along mp');

  // Where there is room it says what to select.
  await page.setViewportSize({ width: 1900, height: 900 });
  const right = page.getByRole('tabpanel', { name: 'dp2_mp4' });
  await expect(right.getByLabel('Selection', { exact: true })).toContainText('Select a tensor');
});

test('by keyboard: new, between, to a number, closed', async ({ page }) => {
  await openBoth(page);
  await page.keyboard.press('Alt+1');
  await expect(rowsOf(page)).toContainText(['4 slices × 2']);
  await tabsOf(page).first().focus();
  await page.keyboard.press('ArrowRight');
  await expect(tabsOf(page).nth(1)).toBeFocused();
  await expect(rowsOf(page)).toContainText(['2 slices × 2']);
  await page.keyboard.press('Alt+t');
  await expect(tabsOf(page)).toHaveText(['dp2_mp4', 'dp2_mp2_pp2', 'New tab']);
  await page.keyboard.press('Alt+w');
  await expect(tabsOf(page)).toHaveCount(2);
  await tabsOf(page).first().focus();
  await page.keyboard.press('Delete');
  await expect(page.getByRole('tab')).toHaveCount(0);
  await expect(rowsOf(page)).toContainText(['2 slices × 2']);
});

test('a closed tab lets go of its checkpoint', async ({ page }) => {
  const closed: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const frame: unknown = typeof payload === 'string' ? JSON.parse(payload) : undefined;
      if (typeof frame === 'object' && frame !== null && 'method' in frame)
        if (frame.method === 'checkpoint.close') closed.push(JSON.stringify(frame));
    }),
  );
  await page.reload();
  await openSecond(page);
  await tabsOf(page).nth(1).click({ button: 'middle' });
  await expect(page.getByRole('main')).not.toContainText('2 stages');
  await expect.poll(() => closed.length).toBe(1);
});

test('recent folders open behind with Ctrl; no more than sixteen tabs', async ({ page }) => {
  await openSecond(page);
  const recent = page
    .getByRole('navigation', { name: 'Views' })
    .getByRole('button', { name: 'dp2_mp4', exact: true });
  await recent.click({ modifiers: ['Control'] });
  await expect(tabsOf(page)).toHaveCount(3);
  await expect(page.getByRole('tab', { name: 'dp2_mp4 · summary (2)' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('2 stages');
  for (let count = 3; count < 17; count++) await page.keyboard.press('Alt+t');
  await expect(tabsOf(page)).toHaveCount(16);
  await expect(page.getByRole('alert')).toContainText('16 tabs are open');
});

for (const scheme of ['light', 'dark'] as const) {
  test(`two tabs are accessible, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await openSecond(page);
    await expectAccessible(page);
  });
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright/test';
import { ROOT } from '../../build/bundles.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp4' });

const WO = 'model.layers.0.attention.wo.weight';
const golden: { values: number[] } = JSON.parse(readFileSync(join(ROOT, 'test/golden/dp2_mp4.json'), 'utf8'))[
  WO
];

/** Presses Tab until an element has the focus, and fails when it never does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never comes to ${target}`);
}

async function show(page: Page, view: RegExp): Promise<void> {
  await tabTo(page, page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }));
  await page.keyboard.press('Enter');
}

function panel(page: Page): Locator {
  return page.getByLabel('Selection', { exact: true });
}

test('the first key leads past the bars to the view, and on from there', async ({ page }) => {
  await show(page, /^Tensors/);
  const skip = page.getByRole('button', { name: 'Skip to the view' });
  // Seen only while it has the focus: it lies over what it leads past.
  const atItsPlace = () =>
    skip.evaluate((element) => {
      const { x, y, width, height } = element.getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + height / 2) === element;
    });
  expect(await atItsPlace()).toBe(false);
  await page.reload();
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(skip).toBeFocused();
  expect(await atItsPlace()).toBe(true);
  await expectAccessible(page);

  await page.keyboard.press('Enter');
  const view = page.getByRole('region', { name: 'Tensors', exact: true });
  await expect(view).toBeFocused();
  expect(await atItsPlace()).toBe(false);
  await expectAccessible(page);
  await page.keyboard.press('Tab');
  expect(await view.evaluate((element) => element.contains(document.activeElement))).toBe(true);
  await expect(view).not.toHaveAttribute('tabindex');
});

test('tensors: filtered, walked through, explained, sorted', async ({ page }) => {
  await show(page, /^Tensors/);
  await tabTo(page, page.getByRole('textbox', { name: 'Filter tensors' }));
  await page.keyboard.type('layers.0.attention.wo !adam');
  const table = page.getByRole('treegrid', { name: 'Tensors' });
  await expect(table).toHaveAttribute('aria-rowcount', '2');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(panel(page)).toContainText('columns cut in 4 along mp');
  await page.keyboard.press('Shift+Tab');
  await tabTo(page, page.getByRole('textbox', { name: 'Filter tensors' }));
  await page.keyboard.press('Escape');
  await expect(page.getByRole('textbox', { name: 'Filter tensors' })).toHaveValue('');
  await tabTo(page, table.getByRole('button', { name: 'Size' }));
  await page.keyboard.press('Enter');
  await expect(table.getByRole('columnheader', { name: 'Size' })).toHaveAttribute('aria-sort', 'descending');
});

test('ranks: two chosen in the matrix and compared', async ({ page }) => {
  await show(page, /^Ranks/);
  await tabTo(page, page.getByRole('grid', { name: 'Slices of each rank' }));
  await page.keyboard.press('Space');
  for (let rank = 0; rank < 4; rank++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await tabTo(page, page.getByRole('button', { name: 'Compare rank 0 with rank 4' }));
  await page.keyboard.press('Enter');
  await expect(panel(page)).toContainText('Equal122 tensors');
});

test('values: each value, and those of the heatmap', async ({ page, host }) => {
  await page.goto(`${host.url}#/values?path=${encodeURIComponent(host.folder)}&tensor=${WO}`);
  const status = page.getByRole('main').getByRole('status').filter({ hasText: '[' });
  const grid = page.getByRole('grid', { name: 'Values' });
  await tabTo(page, grid);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await expect(status).toContainText(`[1, 15] =`);
  await expect(status).toContainText(`exactly ${String(golden.values[31]).replace('-', '−')}`);
  await tabTo(page, page.getByRole('tab', { name: 'Values' }));
  await page.keyboard.press('ArrowRight');
  await tabTo(page, page.getByRole('button', { name: /^Heatmap of/ }));
  await expect(status).toContainText('[8, 8]: ');
  await expect(status).toContainText(
    String(Number(golden.values[8 * 16 + 8]).toPrecision(8)).replace('-', '−'),
  );
});

test('strategy: a layout and a rank in it', async ({ page }) => {
  await show(page, /^Strategy/);
  const layouts = page.getByRole('treegrid', { name: 'Layouts' });
  await tabTo(page, layouts);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await expect(layouts.getByRole('row').nth(2)).toContainText('adam_m');
  await expect(layouts.getByRole('row').nth(1)).toHaveAttribute('aria-expanded', 'true');
  await expect(panel(page)).toContainText('parameters have this layout');
  const ranks = page.getByRole('region', { name: 'Device matrix' }).getByRole('button');
  await tabTo(page, ranks.first());
  await page.keyboard.press('ArrowRight');
  await expect(ranks.nth(1)).toBeFocused();
  await expect(panel(page)).toContainText('Rank 1');
});

test('redundancy: sorted, and a parameter explained', async ({ page }) => {
  await show(page, /^Redundancy/);
  const parameters = page.getByRole('grid', { name: 'Parameters' });
  await tabTo(page, parameters.getByRole('button', { name: 'Share' }));
  await page.keyboard.press('Enter');
  await tabTo(page, parameters);
  await page.keyboard.press('Home');
  await expect(panel(page)).toContainText('on 8 ranks');
});

test('saves, files, problems: what is chosen is explained', async ({ page }) => {
  await show(page, /^Training saves/);
  await tabTo(page, page.getByRole('grid', { name: 'Saves of each rank' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Merge 8 ranks into one model' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Merge 8 ranks into one model' })).toBeHidden();
  await show(page, /^Files/);
  await tabTo(page, page.getByRole('grid', { name: 'Files' }));
  await page.keyboard.press('Home');
  await expect(panel(page)).toContainText('llama_tiny_rank_0-1_10.safetensors');
});

test('a dialog gives the focus back to what opened it; a comparison from its menu to its numbers', async ({
  page,
}) => {
  const merge = page.getByRole('button', { name: 'Merge into one model' });
  await tabTo(page, merge);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Merge 8 ranks into one model' })).toBeVisible();
  const dialogs = page.getByRole('dialog');
  await tabTo(page, dialogs.getByRole('button', { name: 'Choose…' }).first());
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Merge 8 ranks into one model' })).toBeHidden();
  await expect(dialogs).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Merge 8 ranks into one model' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(merge).toBeFocused();

  await show(page, /^Compare with/);
  const dialog = page.getByRole('dialog', { name: 'Compare with' });
  await tabTo(page, dialog.getByRole('textbox', { name: 'Folder or file' }));
  await page.keyboard.type('/nowhere');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(
    page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: /^Compare with/ }),
  ).toBeFocused();
});

test('the focus returns also where Escape is quicker than a dialog', async ({ page }) => {
  const merge = page.getByRole('button', { name: 'Merge into one model' });
  await tabTo(page, merge);
  // A dialog takes the focus some frames after it is opened; without care, it did so after it was closed.
  for (let frames = 0; frames < 6; frames++) {
    await merge.evaluate(async (button: HTMLElement, frames) => {
      const frame = () => new Promise(requestAnimationFrame);
      button.click();
      while (!document.querySelector('[role=dialog]')?.checkVisibility()) await frame();
      for (let more = 0; more < frames; more++) await frame();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    }, frames);
    await expect(page.getByRole('dialog', { name: 'Merge 8 ranks into one model' })).toBeHidden();
    await expect(merge).toBeFocused();
  }
});

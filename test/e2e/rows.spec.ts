import { readFileSync } from 'node:fs';
import type { Page } from 'playwright/test';
import { showStrategy } from './strategy-view.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'training_output' });

async function show(page: Page, view: string | RegExp) {
  const views = page.getByRole('navigation', { name: 'Views' });
  await views.getByRole('button', { name: view }).click();
}

/** Copies as JSON from a table's menu, whose label says how many; gives the rows. */
async function copied(page: Page, what: string, label: string): Promise<Record<string, unknown>[]> {
  await page.getByRole('button', { name: `Copy or save ${what}` }).click();
  await expect(page.getByRole('menu')).toContainText(`Copy ${label}`);
  await page.getByRole('menuitem', { name: 'As JSON' }).first().click();
  await expect(page.getByRole('button', { name: `Copy or save ${what}` })).toHaveText('Copied');
  return JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
}

test.beforeEach(({ context }) => context.grantPermissions(['clipboard-read', 'clipboard-write']));

test('files: several by mouse are copied, all are saved', async ({ page }) => {
  await show(page, /^Files/);
  const table = page.getByRole('grid', { name: 'Files' });
  const row = (rank: number) =>
    table.getByRole('row', { name: new RegExp(`rank_${rank}-1_20\\.safetensors`) });
  await page.getByRole('textbox', { name: 'Filter files' }).fill('1_20.safetensors');
  await row(1).click();
  await row(4).click({ modifiers: ['Shift'] });
  await row(2).click({ modifiers: ['Control'] });
  await expect(table.getByRole('row', { selected: true })).toHaveCount(3);
  await expect(page.getByLabel('Selection', { exact: true })).toContainText('rank_2-1_20.safetensors');
  await expectAccessible(page);
  const rows = await copied(page, 'files', 'the 3 selected');
  expect(rows.map(({ rank }) => rank)).toEqual([1, 3, 4]);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Copy or save files' }).click();
  await page.getByRole('menuitem', { name: 'As JSON' }).last().click();
  const all = JSON.parse(readFileSync(await (await saved).path(), 'utf8'));
  expect(all.length).toBe(Number(await table.getAttribute('aria-rowcount')) - 1);
});

test('strategy: groups and single parameters by keyboard, also such that were never in sight', async ({
  page,
}) => {
  const { table } = await showStrategy(page);
  await table.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(table.getByRole('row', { selected: true })).toHaveCount(2);
  const groups = await copied(page, 'layouts', 'the 2 selected');
  expect(groups.map(({ count }) => count)).toEqual([66, 27]);
  await table.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  // Back over the group's own row, which the first of its parameters is not.
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowLeft');
  const group = table.getByRole('row', { name: /^lm_head, / });
  await expect(group).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('ArrowRight');
  await expect(group).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Control+a');
  const all = await copied(page, 'layouts', 'the 69 selected');
  expect(all.map(({ count }) => count)).toEqual([66, ...Array(66).fill(1), 27, 24]);
  expect(new Set(all.map(({ first }) => first)).size).toBe(68);
});

test('redundancy: what is selected there is selected among the tensors too', async ({ page }) => {
  await show(page, /^Redundancy/);
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('wq !adam');
  const table = page.getByRole('grid', { name: 'Parameters' });
  await expect(table).toHaveAttribute('aria-rowcount', '5');
  await table.getByRole('columnheader', { name: 'Parameter' }).getByRole('button').click();
  await table.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+End');
  await page.keyboard.press('Space');
  const rows = await copied(page, 'parameters', 'the 3 selected');
  expect(rows.map(({ name }) => name)).toEqual(
    [0, 1, 2].map((layer) => `model.layers.${layer}.attention.wq.weight`),
  );
  await show(page, /^Tensors/);
  await expect(page.getByRole('contentinfo')).toContainText('3 of 122 selected');
  await expect(
    page.getByRole('treegrid', { name: 'Tensors' }).getByRole('row', { selected: true }),
  ).toHaveCount(3);
});

test('comparison: places in the order that is shown, whatever was fetched', async ({ page }) => {
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: 'Compare with' });
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
  const table = page.getByRole('grid', { name: 'Compared tensors' });
  await expect(table).toHaveAttribute('aria-rowcount', '123');
  await table.getByRole('button', { name: 'Name' }).click();
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('wq !adam');
  await expect(table).toHaveAttribute('aria-rowcount', '5');
  await table.getByRole('row').nth(2).click();
  await table
    .getByRole('row')
    .nth(4)
    .click({ modifiers: ['Shift'] });
  const rows = await copied(page, 'compared tensors', 'the 3 selected');
  const names = [1, 2, 3].map((layer) => `model.layers.${layer}.attention.wq.weight`);
  expect(rows.map(({ name }) => name)).toEqual(names);
  await table.focus();
  await page.keyboard.press('Control+c');
  await expect
    .poll(
      async () => (await page.evaluate(() => navigator.clipboard.readText())).trimEnd().split('\n').length,
    )
    .toBe(4);
  await page.keyboard.press('Escape');
  await expect(table.getByRole('row', { selected: true })).toHaveCount(1);
});

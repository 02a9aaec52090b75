import type { Page } from 'playwright/test';
import { expect, test } from './support.ts';

test.use({ fixture: 'training_output' });

const WQ = 'model.layers.3.attention.wq.weight';

async function show(page: Page, view: string) {
  await page.getByRole('navigation', { name: 'Views' }).getByText(view, { exact: true }).click();
}

test('a tensor and a rank chosen in one view are chosen in the others', async ({ page }) => {
  await show(page, 'Ranks');
  const matrix = page.getByRole('grid', { name: 'Slices of each rank' });
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('!adam');
  await expect(matrix).toHaveAttribute('aria-rowcount', '46');
  await matrix.getByRole('row', { name: WQ }).getByRole('rowheader').click();
  await matrix.focus();
  for (let rank = 0; rank < 5; rank++) await page.keyboard.press('ArrowRight');
  await show(page, 'Tensors');
  const row = page
    .getByRole('treegrid', { name: 'Tensors' })
    .getByRole('row', { name: 'attention.wq.weight' });
  await expect(row.and(page.locator('[aria-selected="true"]'))).toBeInViewport();
  await show(page, 'Values');
  await expect(page.getByRole('heading', { name: WQ }).first()).toBeVisible();
  await expect(page.getByRole('combobox', { name: 'Of' })).toHaveValue('Rank 5');
  await show(page, 'Strategy');
  await expect(page.getByRole('button', { name: /rank 5/ })).toHaveClass(/itself/);
  await show(page, 'Redundancy');
  await expect(
    page.getByRole('grid', { name: 'Parameters' }).getByRole('row', { name: WQ, selected: true }),
  ).toBeVisible();
  await page.reload();
  await show(page, 'Ranks');
  await expect(matrix).toHaveAttribute('aria-activedescendant', /rank-cell-\d+-5/);
  const cell = await matrix.getAttribute('aria-activedescendant');
  await expect(page.locator(`tr:has(#${cell})`)).toContainText('wq.weight');
});

test('a rank is found in its column where the open save lacks another rank', async ({ page, host }) => {
  const place = new URLSearchParams({ path: host.folder, save: '1_30', tensor: WQ, rank: '5' });
  await page.goto(`${host.url}#/ranks?${place}`);
  const matrix = page.getByRole('grid', { name: 'Slices of each rank' });
  await expect(matrix).toHaveAttribute('aria-colcount', '9');
  await expect(matrix).toHaveAttribute('aria-activedescendant', /rank-cell-\d+-5/);
  await show(page, 'Summary');
  await expect(page.getByText('7 of 8 ranks', { exact: true })).toBeVisible();
});

test('order, filter and the picked save come back with the address', async ({ page }) => {
  await show(page, 'Redundancy');
  const parameters = page.getByRole('grid', { name: 'Parameters' });
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('wq !adam');
  await expect(parameters).toHaveAttribute('aria-rowcount', '5');
  await expect(page.getByRole('heading', { name: 'By parameter: 4 of 117 parameters' })).toBeVisible();
  const heading = parameters.getByRole('columnheader', { name: 'Parameter' });
  await heading.getByRole('button').click();
  await expect(heading).toHaveAttribute('aria-sort', 'ascending');
  await page.reload();
  await expect(heading).toHaveAttribute('aria-sort', 'ascending');
  await expect(parameters).toHaveAttribute('aria-rowcount', '5');

  await show(page, 'Training saves');
  const saves = page.getByRole('grid', { name: 'Saves of each rank' });
  await saves.focus();
  await page.keyboard.press('Home');
  const panel = page.getByLabel('Selection', { exact: true });
  await expect(panel.getByRole('heading', { level: 2 })).toHaveText(/10/);
  const picked = await panel.getByRole('heading', { level: 2 }).textContent();
  await page.reload();
  await expect(panel.getByRole('heading', { level: 2 })).toHaveText(picked ?? '');
});

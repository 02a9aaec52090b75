import { join } from 'node:path';
import type { Locator } from 'playwright/test';
import { expect, FIXTURES, test } from './support.ts';

test.use({ viewport: { width: 1440, height: 900 } });

/** The names in sight of which letters are left out. */
function cutNames(table: Locator): Promise<(string | null)[]> {
  return table
    .locator('tbody th [aria-hidden]')
    .evaluateAll((pieces) =>
      pieces.filter((piece) => piece.scrollWidth > piece.clientWidth + 1).map((piece) => piece.textContent),
    );
}

test('beside both panels the names of files and of compared tensors are whole, and nothing is cut off', async ({
  page,
  host,
}) => {
  await page.getByRole('navigation', { name: 'Views' }).getByText('Files', { exact: true }).click();
  const files = page.getByRole('grid', { name: 'Files' });
  await expect(files.getByRole('row', { name: /rank_0-1_20\.safetensors/ })).toBeVisible();
  await expect.poll(() => cutNames(files)).toEqual([]);
  expect(await files.evaluate((table) => table.scrollWidth - table.clientWidth)).toBe(0);
  // The one of least use has left: the panel beside has it.
  await expect(files.getByRole('columnheader', { name: 'Header' })).toHaveCount(0);
  await page.setViewportSize({ width: 1920, height: 900 });
  await expect(files.getByRole('columnheader', { name: 'Header' })).toBeVisible();

  // Whatever the width, nothing is cut at the edge.
  for (const width of [1280, 1360, 1560]) {
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(() => files.evaluate((table) => table.scrollWidth - table.clientWidth)).toBe(0);
  }

  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('navigation', { name: 'Views' }).getByText('Compare with…').click();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  const compared = page.getByRole('grid', { name: 'Compared tensors' });
  await expect(compared.getByRole('row', { name: /attention_norm/ }).first()).toBeVisible();
  await expect.poll(() => cutNames(compared)).toEqual([]);
  // Numbers are whole, too.
  const cut = await compared
    .getByRole('gridcell')
    .evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).length);
  expect(cut).toBe(0);
  await expect(compared.getByRole('columnheader', { name: 'Largest' })).toBeVisible();

  // Where nothing differs there are no numbers to make room for.
  const side = { path: host.folder };
  const place = new URLSearchParams({ path: host.folder, compare: JSON.stringify({ a: side, b: side }) });
  await page.goto(`${host.url}#/compare?${place}`);
  await expect(page.getByRole('main')).toContainText('They are equal.');
  await expect(compared.getByRole('columnheader', { name: 'Result' })).toBeVisible();
  await expect(compared.getByRole('columnheader', { name: 'Largest' })).toHaveCount(0);
});

test('the tensors between both panels of a small window: names are whole, what leaves can be had again', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  await page.getByRole('navigation', { name: 'Views' }).getByText('Tensors', { exact: true }).click();
  const tensors = page.getByRole('treegrid', { name: 'Tensors' });
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('!adam');
  await expect(tensors.getByRole('row', { name: /attention\.wo/ }).first()).toBeVisible();
  await expect.poll(() => cutNames(tensors)).toEqual([]);
  expect(await tensors.evaluate((table) => table.scrollWidth - table.clientWidth)).toBe(0);
  await page.getByRole('button', { name: 'Columns' }).click();
  await page.getByRole('checkbox', { name: 'Held as' }).check();
  await page.keyboard.press('Escape');
  await expect(tensors.getByRole('columnheader', { name: 'Held as' })).toBeVisible();
});

test('weights that are not split: the table of files fits, and no column says of each tensor that it is whole', async ({
  page,
  host,
}) => {
  const path = join(FIXTURES, 'hf_llama');
  await page.goto(`${host.url}#/files?${new URLSearchParams({ path })}`);
  const files = page.getByRole('grid', { name: 'Files' });
  for (const width of [1280, 1360, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    await expect(files.getByRole('columnheader', { name: 'Size' })).toBeVisible();
    await expect.poll(() => files.evaluate((table) => table.scrollWidth - table.clientWidth)).toBe(0);
  }
  await page.getByRole('navigation', { name: 'Views' }).getByText('Tensors', { exact: true }).click();
  const tensors = page.getByRole('treegrid', { name: 'Tensors' });
  await expect(tensors.getByRole('columnheader', { name: 'Size' })).toBeVisible();
  await expect(tensors.getByRole('columnheader', { name: 'Held as' })).toHaveCount(0);
});

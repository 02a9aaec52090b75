import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp4', damages: 'redundancy' });

async function showRedundancy(page: Page) {
  const views = page.getByRole('navigation', { name: 'Views' });
  await views.getByText('Redundancy').click();
  return {
    views,
    groups: page.getByRole('grid', { name: 'Groups of ranks' }),
    parameters: page.getByRole('grid', { name: 'Parameters' }),
  };
}

test('bytes held, needed and saved: in all, by ranks, by parameter', async ({ page }) => {
  const { views, groups, parameters } = await showRedundancy(page);
  await expect(page.getByRole('heading', { name: '101.8 KiB of 193.5 KiB are copies, 53 %' })).toBeVisible();
  await expect(views).toContainText('53 %');
  const main = page.getByRole('main');
  await expect(main).toContainText('Needed91.7 KiB one copy of each slice');
  // Each of the four parts lies on two ranks; what is whole lies on all eight.
  await expect(groups.locator('tbody').getByRole('row')).toHaveText([
    '0, 409045.0 KiB22.5 KiB22.5 KiB50 %',
    '1, 509045.0 KiB22.5 KiB22.5 KiB50 %',
    '2, 609045.0 KiB22.5 KiB22.5 KiB50 %',
    '3, 709045.0 KiB22.5 KiB22.5 KiB50 %',
    '0–702713.5 KiB1.7 KiB11.8 KiB88 %',
  ]);
  await expect(parameters).toHaveAttribute('aria-rowcount', '118');
  await expectAccessible(page);
});

test('sorted by any column, by keyboard to the tensor, copied as it is shown', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { parameters } = await showRedundancy(page);
  const heading = parameters.getByRole('columnheader', { name: 'Share' });
  await heading.getByRole('button').click();
  await expect(heading).toHaveAttribute('aria-sort', 'descending');
  // Whole on eight ranks: seven of eight copies are saved.
  await expect(parameters.locator('tbody').getByRole('row').first()).toContainText('88 %');
  await parameters.focus();
  await page.keyboard.press('Home');
  const side = page.getByLabel('Selection', { exact: true });
  await expect(side).toContainText('adam_m.model.layers.0.attention_norm.weight');
  await expect(side).toContainText('on 8 ranks');
  await page.keyboard.press('Control+c');
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toContain('adam_m.model.layers.0.attention_norm.weight\tF32\t[16]\t1 × 8\t512\t64\t448\t0.875');
  await page.getByRole('button', { name: 'Copy or save groups of ranks' }).click();
  await page.getByRole('menuitem', { name: 'As JSON' }).first().click();
  const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied[0]).toEqual({
    ranks: [0, 4],
    stage: 0,
    parameters: 90,
    heldBytes: 46080,
    neededBytes: 23040,
    savedBytes: 23040,
    savedShare: 0.5,
  });
  await page.reload();
  await expect(side).toContainText('adam_m.model.layers.0.attention_norm.weight');
  await expect(parameters).toBeVisible();
});

test('copies are compared on request: equal, then one value of one rank is not', async ({ page, host }) => {
  await showRedundancy(page);
  await page.getByRole('button', { name: 'Compare replicas' }).click();
  await expect(page.getByText(/^All copies are equal, bit for bit \(117 tensors/)).toBeVisible();
  damage(join(host.folder, 'checkpoint/rank_6/llama_tiny_rank_6-1_10.safetensors'));
  await page.getByRole('button', { name: 'Compare again' }).click();
  await expect(page.getByText(/^1 slice is not the same on all ranks that hold it/)).toBeVisible();
  const differences = page.getByRole('grid', { name: 'Differences' });
  // Rank 6 holds columns 8–11 of wo: element 5 of its slice is row 1, column 9.
  await expect(differences.locator('tbody').getByRole('row')).toHaveText(
    /adam_m\.model\.layers\.1\.attention\.wo\.weightranks 2 and 6\[1, 9\]1 of 640\.25$/,
  );
  await expectAccessible(page);
  // The host keeps what the job found.
  await page.reload();
  await expect(differences).toContainText('[1, 9]');
  await differences.getByRole('row', { name: /wo/ }).click();
  await expect(page.getByLabel('Selection', { exact: true })).toContainText('columns cut in 4 along mp');
});

/** Adds 0.25 to the sixth value of a slice of F32. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  const { data_offsets: offsets, shape, dtype } = header['adam_m.model.layers.1.attention.wo.weight'];
  expect([dtype, shape]).toEqual(['F32', [16, 4]]);
  const at = 8 + length + offsets[0] + 5 * 4;
  bytes.writeFloatLE(bytes.readFloatLE(at) + 0.25, at);
  writeFileSync(path, bytes);
}

test('one click to remove it', async ({ page }) => {
  await showRedundancy(page);
  await page.getByRole('main').getByRole('button', { name: 'Remove redundancy' }).click();
  await expect(
    page.getByRole('dialog', { name: 'Remove redundancy: keep one copy of each slice' }),
  ).toContainText('After91.8 KiB, 101.8 KiB (53 %) saved');
});

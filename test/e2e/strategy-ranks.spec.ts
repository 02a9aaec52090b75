import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright/test';
import { rowsOf, showStrategy } from './strategy-view.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp4' });

test('a layout in words, over the ranks and over the tensor; a rank lights its slice everywhere', async ({
  page,
}) => {
  const { table, drawn, side } = await showStrategy(page);
  await expect(page.getByRole('heading', { name: 'One stage of 8 ranks: dp 2 × mp 4' })).toBeVisible();
  await expect(table.locator('tbody').getByRole('row')).toHaveCount(3);
  expect(await rowsOf(table)).toEqual([
    'lm_head, wk, wq, wv, w1, w3, tok_embeddings with adam_m, adam_v [2, 4] [0, −1] rows cut in 4 along mp, copies along dp 66',
    'attention_norm, ffn_norm, norm_out with adam_m, adam_v [2, 4] [−1] whole on every rank 27',
    'wo, w2 with adam_m, adam_v [2, 4] [−1, 0] columns cut in 4 along mp, copies along dp 24',
  ]);
  await table.getByRole('row', { name: /wo, w2/ }).click();
  await expect(side).toContainText('model.layers.0.attention.wo.weight');
  await expect(side).toContainText('24 parameters have this layout.');
  await expect(side).toContainText('All 8 ranks that have it hold 16 × 4, as the layout says.');
  await expect(drawn).toContainText('The tensor, 16 × 16');

  const rank = drawn.getByRole('button', { name: 'rank 6 slice 3 of 4' });
  await rank.hover();
  await expect(drawn).toContainText(
    'Rank 6 holds all 16 rows and columns 8–11, because the tensor map [-1, 0] cuts dimension 1 along axis mp of the device matrix [dp 2, mp 4].',
  );
  await expect(side).toContainText('Rank 6all 16 rows and columns 8–11');
  await expect(side).toContainText('Bytes128 B of 512 B');
  await expect(side).toContainText('Same asrank 2');
  const shadow = (of: Locator) => of.evaluate((element) => getComputedStyle(element).boxShadow);
  const lit = await shadow(drawn.getByRole('button', { name: 'rank 2 slice 3 of 4' }));
  expect(lit).not.toBe('none');
  expect(await shadow(drawn.getByRole('button', { name: /^ranks 2, 6/ }))).toBe(lit);
  expect(await shadow(drawn.getByRole('button', { name: 'rank 1 slice 2 of 4' }))).toBe('none');
  await expectAccessible(page);
});

test('by keyboard: from group to names to ranks, and the place is kept', async ({ page }) => {
  const { table, drawn, side } = await showStrategy(page);
  await expect(side).toContainText('lm_head.weight');
  await table.focus();
  await page.keyboard.press('End');
  await expect(side).toContainText('model.layers.0.attention.wo.weight');
  await page.keyboard.press('ArrowRight');
  await expect(table.getByRole('row', { name: 'adam_m.model.layers.0.attention.wo.weight' })).toBeVisible();
  await page.keyboard.press('End');
  await expect(side).toContainText('model.layers.3.feed_forward.w2.weight');
  await expect(table).toHaveAttribute('aria-rowcount', '28');

  await drawn.getByRole('button', { name: 'rank 0 slice 1 of 4' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(drawn.getByRole('button', { name: 'rank 5 slice 2 of 4' })).toBeFocused();
  await expect(drawn).toContainText('Rank 5 holds all 16 rows and columns 6–11');

  await page.reload();
  await expect(side).toContainText('model.layers.3.feed_forward.w2.weight');
  // One selection: the tensor table and its panel explain the same parameter.
  await side.getByRole('button', { name: 'Show it among the tensors' }).click();
  await expect(side).toContainText('columns cut in 4 along mp');
  await page.goBack();
  await expect(drawn).toContainText('model.layers.3.feed_forward.w2.weight');
});

test('the filter of the tensor table, and a copy of what it keeps', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { table } = await showStrategy(page);
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('role:weight layers.1 !norm');
  await expect(page.getByText('7 of 117 parameters')).toBeVisible();
  await expect(table.locator('tbody').getByRole('row')).toHaveCount(2);
  await page.getByRole('button', { name: 'Copy or save layouts' }).click();
  await page.getByRole('menuitem', { name: 'As a table (TSV)' }).click();
  const lines = (await page.evaluate(() => navigator.clipboard.readText())).trimEnd().split('\n');
  expect(lines[1]?.split('\t')).toEqual([
    'wk, wq, wv, w1, w3',
    '[2, 4]',
    '[[0], [-1]]',
    '0',
    '0',
    'rows cut in 4 along mp, copies along dp',
    '[0]',
    '5',
    '0',
    '0',
    'model.layers.1.attention.wk.weight',
  ]);
  await page.getByRole('button', { name: 'Copy or save layouts' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'As JSON' }).last().click();
  const saved = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
  expect(saved).toHaveLength(2);
  expect(saved[1]).toMatchObject({ parameters: 'wo, w2', tensorMap: [[-1], [0]], count: 2 });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectAccessible, FIXTURES, test } from './support.ts';

test.use({ fixture: 'dp2_mp2_pp2/strategy' });

test('a folder of strategies becomes the one file that MindSpore merges, or JSON', async ({ page, host }) => {
  await page.getByRole('button', { name: 'Save the strategy as one file' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save the strategy as one file' });
  await expect(dialog).toContainText('8 files with the layouts of 117 parameters: dp 2 × mp 2, 2 stages.');
  const into = dialog.getByRole('textbox', { name: 'Into' });
  await expect(into).toHaveValue(join(host.scratch, 'merged_ckpt_strategy.ckpt'));
  await expect(dialog.getByText(/shardscope strategy merge/)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText('merged_ckpt_strategy.ckpt');
  const merged = readFileSync(join(host.scratch, 'merged_ckpt_strategy.ckpt'));
  expect(merged.equals(readFileSync(join(FIXTURES, 'dp2_mp2_pp2/merged_ckpt_strategy.ckpt')))).toBe(true);
  await dialog.getByRole('button', { name: 'Open it' }).click();

  // A lone file is offered in its other form.
  await expect(page.getByTitle(join(host.scratch, 'merged_ckpt_strategy.ckpt'))).toBeVisible();
  await page.getByRole('button', { name: 'Save the strategy as one file' }).click();
  await expect(into).toHaveValue(join(host.scratch, 'merged_ckpt_strategy.json'));
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.getByRole('status')).toBeVisible();
  const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
  expect(json(join(host.scratch, 'merged_ckpt_strategy.json')).parallel_layout_item).toEqual(
    json(join(FIXTURES, 'dp2_mp2_pp2/merged_strategy.json')).parallel_layout_item,
  );
});

import { showStrategy } from './strategy-view.ts';
import { expect, test } from './support.ts';

test.use({ fixture: 'dp2_mp4_two_axes' });

test('every rank has a slice of its own; saving and resharding are at hand', async ({ page }) => {
  const { table, drawn, side } = await showStrategy(page);
  await table.getByRole('row', { name: /tok_embeddings/ }).click();
  await expect(side).toContainText('model.tok_embeddings.embedding_weight');
  await drawn.getByRole('button', { name: 'rank 5 slice 6 of 8' }).hover();
  await expect(drawn).toContainText('Rank 5 holds rows 30–35 and all 16 columns');
  await side.getByRole('button', { name: 'Save as JSON' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save the strategy as one file' });
  await expect(dialog.getByRole('textbox', { name: 'Into' })).toHaveValue(/\.json$/);
  await page.keyboard.press('Escape');
  await side.getByRole('button', { name: 'Reshard to another layout' }).click();
  await expect(page.getByRole('dialog', { name: 'Reshard 8 ranks for another strategy' })).toBeVisible();
});

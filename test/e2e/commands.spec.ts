import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'training_output' });

test('the palette runs a command; a dialog has the keyboard for itself', async ({ page }) => {
  await page.keyboard.press('Control+k');
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Commands' }).fill('show strat');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /2 stages of 4 ranks/ })).toBeVisible();
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeHidden();
  await page.keyboard.press('c');
  await expect(page.getByRole('dialog', { name: 'Compare with' })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Compare with' })).toBeHidden();
  await expect(page.getByRole('heading', { name: /2 stages of 4 ranks/ })).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(page.getByRole('treegrid', { name: 'Tensors' })).toBeVisible();
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(page.getByRole('heading', { name: /2 stages of 4 ranks/ })).toBeVisible();
});

test('the list of shortcuts has those of the views, and turns off the keys that are letters', async ({
  page,
}) => {
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(dialog.getByRole('heading', { name: 'In a heatmap' })).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('switch', { name: 'Keys without Ctrl or Alt' }).press('Space');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.keyboard.press('m');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
  await expect(page.getByRole('dialog', { name: /Merge/ })).toBeHidden();
});

test('the palette finds tensors, ranks, saves and files, and Enter goes there', async ({ page }) => {
  const field = page.getByRole('textbox', { name: 'Commands' });
  const palette = page.getByRole('dialog', { name: 'Commands' });
  const panel = page.getByLabel('Selection', { exact: true });
  const look = async (text: string) => {
    await page.keyboard.press('Control+k');
    await field.fill(text);
  };
  await look('layers.2 wq !adam');
  await expect(palette.getByText('model.layers.2.attention.wq.weight')).toBeVisible();
  await expect(palette.getByText('BF16 16 × 16')).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('heading', { level: 2 })).toContainText('model.layers.2.attention.wq.weight');
  await expect(palette).toBeHidden();

  await look('rank 6');
  await expect(palette.getByText('Rank 6', { exact: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('grid', { name: 'Slices of each rank' })).toHaveAttribute(
    'aria-activedescendant',
    /^rank-cell-\d+-6$/,
  );
  await expect(palette).toBeHidden();

  await look('step 10');
  await expect(palette.getByText('1_10', { exact: true }).first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(panel.getByRole('heading', { level: 2 })).toContainText('Step 10');
  await expect(palette).toBeHidden();

  await look('rank_5 1_20 safetensors');
  await expect(palette.getByText('llama_tiny_rank_5-1_20.safetensors')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toContainText('llama_tiny_rank_5-1_20.safetensors');
});

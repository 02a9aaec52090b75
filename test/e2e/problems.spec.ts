import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'training_output', colorScheme: 'dark' });

test('a rank without the newest save: what it means, and the way to that save', async ({ page }) => {
  const views = page.getByRole('navigation', { name: 'Views' });
  await views.getByText('Problems').click();
  await expect(page.getByText('Rank 3 has no save of step 30').first()).toBeVisible();
  await expect(page.getByText(/resume from step 20 at the latest/).first()).toBeVisible();
  await expectAccessible(page);
});

test('more problems than there is room for are scrolled by keyboard', async ({ page }) => {
  await page.getByRole('navigation', { name: 'Views' }).getByText('Problems').click();
  // Only lower: another width may have another layout, whose view is a new one.
  await page.setViewportSize({ width: 1440, height: 240 });
  const view = page.locator('[tabindex="0"]', { hasText: 'What stands out in the files' });
  await expect.poll(() => view.evaluate((one) => one.scrollHeight - one.clientHeight)).toBeGreaterThan(0);
  await view.focus();
  await expect(view).toBeFocused();
  await page.keyboard.press('End');
  await expect.poll(() => view.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
  await expectAccessible(page);
});

test('another save can be opened', async ({ page }) => {
  const row = page.getByRole('row', { name: /^step 10 8 weights and optimizer state/ });
  await row.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByText('step 10 of 10, 20, 30')).toBeVisible();
  await expect(row.getByRole('button')).toHaveCount(0);
  await expectAccessible(page);
});

test('the files view lists every file with its size', async ({ page }) => {
  await page.getByRole('navigation', { name: 'Views' }).getByText('Files').click();
  const files = page.getByRole('table').or(page.getByRole('grid')).or(page.getByRole('treegrid')).first();
  await expect(files).toContainText('llama_tiny_rank_0-1_20.safetensors');
  await expectAccessible(page);
});

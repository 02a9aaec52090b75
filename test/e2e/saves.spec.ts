import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'training_output', damages: 'saves' });

test('where training can resume, and which rank keeps it from a later step', async ({ page }) => {
  await page.getByRole('navigation', { name: 'Views' }).getByText('Training saves').click();
  await expect(page).toHaveURL(/#\/saves\?/);
  await expect(page.getByRole('heading', { name: /^Training can resume/ })).toHaveText(
    'Training can resume from step 20 at the latest, not from step 30: rank 3 has no file of it.',
  );
  await expect(page.getByText('resume_training: True takes step 20 by itself')).toBeVisible();
  const grid = page.getByRole('grid', { name: 'Saves of each rank' });
  const rank = (number: number) =>
    grid.getByRole('row').filter({ has: page.getByRole('rowheader', { name: `${number}`, exact: true }) });
  /** What the rank's meta.json says, and its cells: they are elements where the cursor is. */
  const said = async (number: number) => {
    await rank(number).getByRole('rowheader').click();
    const [meta, ...cells] = await rank(number).getByRole('gridcell').all();
    return [
      await meta?.textContent(),
      ...(await Promise.all(cells.map((cell) => cell.getAttribute('aria-label')))),
    ];
  };
  // Oldest first, and at one step the weights alone before what training resumes from.
  const all = ['weights', 'whole', 'weights', 'whole'];
  expect(await said(3)).toEqual(['step 20', ...all, 'missing', 'missing']);
  expect(await said(0)).toEqual(['step 30', ...all, 'weights', 'whole']);
  const panel = page.getByLabel('Selection', { exact: true });
  await expect(panel).toContainText('Training can resume from here.');
  await expectAccessible(page);

  await grid.focus();
  await page.keyboard.press('End');
  await expect(panel).toContainText('Training cannot resume from here: rank 3 has no file of it.');
  await expect(panel).toContainText('whole on 7 of 8');
  await page.keyboard.press('ArrowLeft');
  await expect(panel).toContainText('Weights only');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page);
});

test('using a step opens it and asks what merging it would write', async ({ page }) => {
  await page.getByRole('navigation', { name: 'Views' }).getByText('Training saves').click();
  const grid = page.getByRole('grid', { name: 'Saves of each rank' });
  await grid.getByRole('columnheader', { name: '10', exact: true }).click();
  await page.getByRole('button', { name: 'Use this step' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge 8 ranks into one model' });
  await expect(dialog).toContainText('Step 10, of 6 saves, on every rank.');
  await expect(page).toHaveURL(/save=1_10/);
});

test('a damaged file is told with its rank', async ({ page, host }) => {
  const file = join(host.folder, 'checkpoint', 'rank_5', 'llama_tiny_rank_5-1_20.safetensors');
  truncateSync(file, 4000);
  await page.getByRole('navigation', { name: 'Views' }).getByText('Training saves').click();
  await expect(page.getByRole('heading', { name: /^Training can resume/ })).toContainText(
    'Training can resume from step 10 at the latest',
  );
  const grid = page.getByRole('grid', { name: 'Saves of each rank' });
  await grid.getByRole('rowheader', { name: '5', exact: true }).click();
  await expect(grid.getByRole('gridcell', { name: 'damaged' })).toHaveCount(1);
});

import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp2_pp2_dedup', colorScheme: 'dark' });

test('nothing is held twice, and restoring is at hand', async ({ page }) => {
  const views = page.getByRole('navigation', { name: 'Views' });
  await views.getByText('Redundancy').click();
  await expect(page.getByRole('heading', { name: 'Nothing is held more than once' })).toBeVisible();
  await expect(views).toContainText('removed');
  await expect(page.getByRole('button', { name: 'Compare replicas' })).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole('main').getByRole('button', { name: 'Restore redundancy' }).click();
  await expect(
    page.getByRole('dialog', { name: 'Restore redundancy: every rank with its own copy' }),
  ).toBeVisible();
});

import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'training_output' });

const TENSOR = 'model.layers.0.attention.wo.weight';

for (const scheme of ['light', 'dark'] as const)
  test(`every view is accessible in the ${scheme}`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme: scheme });
    const views = page.getByRole('navigation', { name: 'Views' });
    await views.getByText('Tensors').click();
    await page.getByRole('textbox', { name: 'Filter tensors' }).fill(`"${TENSOR}" !adam`);
    await page.getByRole('treegrid', { name: 'Tensors' }).getByRole('row', { name: TENSOR }).click();
    await page.getByRole('textbox', { name: 'Filter tensors' }).fill('');
    const ways = await views.getByRole('list').first().getByRole('button').all();
    expect(ways.length).toBeGreaterThan(9);
    for (const way of ways) {
      await way.click();
      await expect(way).toHaveAttribute('aria-current', 'page');
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      await test.step((await way.textContent()) ?? '', () => expectAccessible(page));
    }
  });

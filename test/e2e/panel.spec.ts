import { join } from 'node:path';
import { expect, test } from './support.ts';

test.use({ fixture: 'training_output' });

test('beside nothing that is compared there is no panel; what cannot be compared leaves a way on', async ({
  page,
  host,
}) => {
  const panel = page.getByRole('region', { name: 'Selection' });
  const path = host.folder;
  await page.goto(`${host.url}#/compare?${new URLSearchParams({ path })}`);
  await expect(page.getByRole('main').getByRole('button', { name: 'Compare with…' })).toHaveCount(2);
  await expect(panel).toHaveCount(0);

  const other = { a: { path }, b: { path: join(path, 'nothing.safetensors') } };
  await page.goto(`${host.url}#/compare?${new URLSearchParams({ path, compare: JSON.stringify(other) })}`);
  await expect(page.getByRole('alert')).toContainText('nothing.safetensors');
  await expect(panel).toHaveCount(0);
  await page.getByRole('main').getByRole('button', { name: 'Compare with…' }).last().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('grid', { name: 'Compared tensors' })).toBeVisible();
  await expect(panel).toContainText('Elements');
});

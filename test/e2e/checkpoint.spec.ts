import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors } from '../cli/safetensors-file.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp4' });

test('the summary says what the folder is', async ({ page }) => {
  await expect(page.getByRole('list', { name: 'At a glance' })).toContainText('9.36 K');
  await expect(page.getByRole('list', { name: 'At a glance' })).toContainText('dp 2 × mp 4');
  const main = page.getByRole('main');
  await expect(main).toContainText('Training output');
  await expect(main).toContainText('8 weight files');
  await expectAccessible(page);
});

test('a tensor’s slices, with the rank that holds each', async ({ page }) => {
  await page.getByRole('navigation', { name: 'Views' }).getByText('Tensors').click();
  const table = page.getByRole('treegrid', { name: 'Tensors' });
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('layers.0.attention.wo !adam');
  const row = table.getByRole('row', { name: /wo/ }).last();
  await row.click();
  const panel = page.getByLabel('Selection', { exact: true });
  await expect(panel).toContainText('columns cut in 4 along mp');
  await expect(panel).toContainText('16 × 16');
  await expectAccessible(page);
});

test('merging writes the weights that the slices came from', async ({ page, host }) => {
  const out = join(host.scratch, 'merged by hand');
  await page.getByRole('button', { name: 'Merge into one model' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge 8 ranks into one model' });
  await expect(dialog).toContainText('part0.safetensors');
  await expectAccessible(page);
  await dialog.getByRole('textbox', { name: 'Into' }).fill(out);
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(page.getByText(/4 files, .* written in .* and checked\./).first()).toBeVisible({
    timeout: 30_000,
  });
  const expected = JSON.parse(readFileSync(join(host.folder, 'expected.json'), 'utf8'));
  const written = readSafetensors(join(out, 'part0.safetensors'));
  for (const [name, { sha256 }] of Object.entries<{ sha256: string }>(expected.tensors))
    expect(written.get(name)?.sha256, name).toBe(sha256);
});

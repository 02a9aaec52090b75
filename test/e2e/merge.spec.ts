import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from './support.ts';

/** 40 M parameters with optimizer state: 0.4 GB merged, 0.8 GB on eight ranks; enough to watch and to cancel. */
const SIZE = { hidden: 1024, kv: 512, ffn: 2816, vocabulary: 8000, layers: 2 };

test.use({ fixture: 'run', size: SIZE });

test('progress moves, and a cancelled merge leaves nothing behind', async ({ page, host }) => {
  await page.getByRole('button', { name: 'Merge into one model' }).click();
  const dialog = page.getByRole('dialog', { name: 'Merge 8 ranks into one model' });
  await dialog.getByRole('textbox', { name: 'Into' }).fill(join(host.scratch, 'cancelled'));
  await dialog.getByRole('button', { name: /^Options/ }).click();
  await dialog.getByRole('textbox', { name: 'Threads' }).fill('1');
  await expect(dialog.getByRole('code').filter({ hasText: /--threads 1/ })).toBeVisible();
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();

  const bar = page.getByRole('progressbar', { name: /^Merging step 100 of run/ });
  const done = async () => Number(await bar.getAttribute('aria-valuenow'));
  await expect.poll(done, { intervals: [20] }).toBeGreaterThan(0);
  const first = await done();
  await expect.poll(done, { intervals: [20] }).toBeGreaterThan(first);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('Cancelled. Nothing was left behind.')).toBeVisible();
  expect((await readdir(host.scratch)).sort()).toEqual(['run', 'state']);
});

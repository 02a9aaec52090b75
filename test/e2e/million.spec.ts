import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { startHostProcess } from '../../build/host.ts';

/** Tensors in the file; the header is 77 MB, of the 100 MB that the format allows. */
const COUNT = 1_000_000;

/** One file of a million empty tensors: the table's worst case, without data. */
async function writeMillion(path: string): Promise<void> {
  const entry = (i: number) => `"t${i}.w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`;
  const json = Buffer.from(`{${Array.from({ length: COUNT }, (_, i) => entry(i)).join(',')}}`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = await open(path, 'w');
  await file.write(length);
  await file.write(json);
  await file.close();
}

test('a million tensors: the last row is one key away, and a filter finds one', async ({ page }) => {
  const scratch = await mkdtemp(join(tmpdir(), 'shardscope-million-'));
  const path = join(scratch, 'million.safetensors');
  await writeMillion(path);
  const host = await startHostProcess(path, join(scratch, 'state'));
  try {
    await page.goto(host.url);
    await page.getByRole('navigation', { name: 'Views' }).getByText('Tensors').click({ timeout: 30_000 });
    await page.getByText('Flat', { exact: true }).click();
    const table = page.getByRole('treegrid', { name: 'Tensors' });
    await expect(table).toHaveAttribute('aria-rowcount', String(COUNT + 1), { timeout: 20_000 });
    await expect(table.getByRole('row', { name: 't0.w' })).toBeVisible();
    await table.focus();
    await page.keyboard.press('End');
    await expect(table.getByRole('row', { name: 't999999.w' })).toBeVisible();
    // Only the rows in sight are in the page, whatever the table has.
    expect(await table.getByRole('row').count()).toBeLessThan(200);
    await page.getByRole('textbox', { name: 'Filter tensors' }).fill('/^t123456\\./');
    await expect(table).toHaveAttribute('aria-rowcount', '2');
    await expect(table.getByRole('row', { name: 't123456.w' })).toBeVisible();
  } finally {
    await host.stop();
    await rm(scratch, { recursive: true, force: true });
  }
});

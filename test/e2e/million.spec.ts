import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { writeManyTensors } from '../../build/bench/checkpoints.ts';
import { startHostProcess } from '../../build/host.ts';

/** Tensors in the file; the header is 77 MB, of the 100 MB that the format allows. */
const COUNT = 1_000_000;

test('a million tensors: the last row is one key away, and a filter finds one', async ({ page }) => {
  const scratch = await mkdtemp(join(tmpdir(), 'shardscope-million-'));
  const path = join(scratch, 'million.safetensors');
  await writeManyTensors(path, COUNT, (i) => `t${i}.w`);
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
    // Saved as a file, part by part: every row is there, the last one too.
    const saved = page.waitForEvent('download', { timeout: 60_000 });
    await page.getByRole('button', { name: 'Copy or save tensors' }).click();
    await page.getByRole('menuitem', { name: 'As CSV' }).last().click();
    const lines = (await readFile(await (await saved).path(), 'utf8')).split('\n');
    expect(lines).toHaveLength(COUNT + 2);
    expect(lines[1]).toBe('t0.w,U8,[0],0,0,weight,1,1,0,million.safetensors');
    expect(lines[COUNT]).toBe('t999999.w,U8,[0],0,0,weight,1,1,0,million.safetensors');
    await page.getByRole('textbox', { name: 'Filter tensors' }).fill('/^t123456\\./');
    await expect(table).toHaveAttribute('aria-rowcount', '2');
    await expect(table.getByRole('row', { name: 't123456.w' })).toBeVisible();
  } finally {
    await host.stop();
    await rm(scratch, { recursive: true, force: true });
  }
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'training_output' });

const NORM = 'model.layers.0.attention_norm.weight';

/** An F32 tensor of a rank's file. */
function values(folder: string, step: number, tensor: string): Float32Array {
  const name = `llama_tiny_rank_0-1_${step}.safetensors`;
  const bytes = readFileSync(join(folder, 'checkpoint', 'rank_0', name));
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const [begin, end] = JSON.parse(bytes.toString('utf8', 8, start))[tensor].data_offsets;
  return new Float32Array(Uint8Array.from(bytes.subarray(start + begin, start + end)).buffer);
}

async function compareWithStep(page: Page, step: string) {
  await page.getByRole('navigation', { name: 'Views' }).getByText('Compare with…').click();
  const dialog = page.getByRole('dialog', { name: 'Compare with' });
  await dialog.getByRole('combobox', { name: 'With' }).click();
  await page.getByRole('option', { name: step, exact: true }).click();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
  return page.getByRole('grid', { name: 'Compared tensors' });
}

test('two saves: every tensor with its numbers, filtered, sorted, saved; kept in the address', async ({
  page,
  host,
}) => {
  const table = await compareWithStep(page, 'Step 10');
  const main = page.getByRole('main');
  await expect(main).toContainText('Step 20 against step 10');
  await expect(main).toContainText('121 different, 1 equal.');
  await expect(table).toHaveAttribute('aria-rowcount', '123');

  const name = `adam_m.${NORM}`;
  const [a, b] = [values(host.folder, 20, name), values(host.folder, 10, name)];
  const apart = [...a].map((x, i) => Math.abs(x - (b[i] ?? 0)));
  const largest = Number(Math.max(...apart).toPrecision(4));
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill(`"${name}"`);
  await expect(table).toHaveAttribute('aria-rowcount', '2');
  const row = table.getByRole('row', { name });
  await expect(row).toContainText('different');
  await expect(row.getByRole('gridcell').nth(1)).toHaveText(String(apart.filter((d) => d > 0).length));
  expect(Number(await row.getByRole('gridcell').nth(2).textContent())).toBe(largest);
  await row.click();
  const panel = page.getByLabel('Selection', { exact: true });
  await expect(panel).toContainText('First at[0]');
  await expect(panel).toContainText('Elements16 of 16');
  await expectAccessible(page);

  await page.getByRole('button', { name: 'Copy or save compared tensors' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'As CSV' }).last().click();
  const [head, line] = readFileSync(await (await download).path(), 'utf8').split('\n');
  expect(head?.split(',').slice(0, 3)).toEqual(['name', 'status', 'name B']);
  expect(line).toContain(`${name},different,${name},F32,F32,[16],[16],16,16,[0],`);

  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('');
  await expect(table).toHaveAttribute('aria-rowcount', '123');
  await table.getByRole('button', { name: 'Largest' }).click();
  await expect(table.getByRole('columnheader', { name: 'Largest' })).toHaveAttribute(
    'aria-sort',
    'descending',
  );
  await expect(table.getByRole('row').nth(2)).toContainText('different');
  const shown = await table.getByRole('row').locator('td:nth-child(4)').allTextContents();
  const numbers = shown.filter((text) => text !== '').map(Number);
  expect(numbers.length).toBeGreaterThan(10);
  expect(numbers).toEqual(numbers.toSorted((x, y) => y - x));

  await page.reload();
  await expect(main).toContainText('Step 20 against step 10');
  await expect(table).toHaveAttribute('aria-rowcount', '123');
});

test('tolerances, and another folder', async ({ page, host }) => {
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Commands' }).fill('compare with');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Compare with' });
  await dialog.getByRole('combobox', { name: 'With' }).click();
  await page.getByRole('option', { name: 'Another folder or file' }).click();
  await dialog.getByRole('textbox', { name: 'Folder or file' }).fill(join(host.folder, 'none'));
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('none');

  await page.getByRole('navigation', { name: 'Views' }).getByText('Compare with…').click();
  await dialog.getByRole('textbox', { name: 'Largest difference that counts as equal' }).fill('1000000');
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('122 equal.');
});

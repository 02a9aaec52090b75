import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'hf_llama', damages: 'difference' });

/** A safetensors file of one F32 tensor of three axes. */
function write(path: string, values: readonly number[]): void {
  const header = JSON.stringify({
    stack: { dtype: 'F32', shape: [2, 3, 4], data_offsets: [0, 96] },
  }).padEnd(80);
  const bytes = Buffer.alloc(8 + header.length + 96);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, 8 + header.length + 4 * i);
  writeFileSync(path, bytes);
}

test('the difference of a tensor of three axes: any of its matrices', async ({ page, host }) => {
  const [a, b] = [join(host.scratch, 'a.safetensors'), join(host.scratch, 'b.safetensors')];
  const values = Array.from({ length: 24 }, (_, i) => i);
  write(a, values);
  // 0.5 less in the first matrix, 2 less in the second.
  write(
    b,
    values.map((value, i) => (i === 5 ? value - 0.5 : i === 13 ? value - 2 : value)),
  );
  const compare = encodeURIComponent(JSON.stringify({ a: { path: a }, b: { path: b } }));
  await page.goto(`${host.url}#/compare?path=${encodeURIComponent(a)}&compare=${compare}`);
  await expect(page.getByRole('main')).toContainText('1 different.');
  await page.getByRole('button', { name: 'Show difference' }).click();
  const dialog = page.getByRole('dialog', { name: 'Difference of stack' });
  await expect(dialog.getByRole('img', { name: 'Colours from -0.500 to 0.500' })).toBeVisible();
  await dialog.getByRole('textbox', { name: 'Axis 0' }).fill('1');
  await expect(dialog.getByRole('img', { name: 'Colours from -2 to 2' })).toBeVisible();
  // Its cells are as large as cells get: the dialog's height is the heatmap's.
  expect((await dialog.getByRole('button', { name: /^Heatmap of/ }).boundingBox())?.height).toBe(192);
  await expectAccessible(page);
});

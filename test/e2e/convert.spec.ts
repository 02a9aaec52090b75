import { join } from 'node:path';
import { tensorsIn } from '../cli/expected.ts';
import { chooseConversion, convertTo, outputRows } from './conversion.ts';
import { expect, FIXTURES, test } from './support.ts';

test.use({ fixture: 'ckpt_formats/distributed_ckpt', colorScheme: 'dark' });

test('.ckpt files of ranks become safetensors with the same tensors', async ({ page, host }) => {
  const dialog = await chooseConversion(page, 'Convert to safetensors');
  expect((await outputRows(dialog))[0]).toMatch(/^rank_0\/llama_tiny_rank_0-1_10\.safetensors 122 /);
  const out = join(host.scratch, 'converted');
  await convertTo(page, dialog, out, 'Convert');
  for (const rank of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const file = `rank_${rank}/llama_tiny_rank_${rank}-1_10.safetensors`;
    const expected = tensorsIn(join(FIXTURES, 'ckpt_formats/distributed_safetensors', file));
    expect(tensorsIn(join(out, file)), file).toEqual(expected);
  }
});

test('only the files that are asked for, with new names', async ({ page }) => {
  const dialog = await chooseConversion(page, 'Convert to safetensors');
  await dialog.getByRole('button', { name: /^Options: new names, some files only, CRC/ }).click();
  await dialog.getByRole('textbox', { name: 'Only files whose name matches' }).fill('rank_[23]-');
  await expect
    .poll(async () => (await outputRows(dialog)).map((row) => row.split('/')[0]))
    .toEqual(['rank_2', 'rank_3']);
  await dialog.getByRole('textbox', { name: 'New names' }).fill('/nowhere/names.json');
  await expect(dialog.getByRole('alert')).toContainText('/nowhere/names.json');
});

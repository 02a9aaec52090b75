import { join } from 'node:path';
import { type Expected, fixture, tensorsIn } from '../cli/expected.ts';
import { convertTo, outputRows } from './conversion.ts';
import { expect, test } from './support.ts';

test.use({ fixture: 'hf_llama' });

const { mindspore, mindspore_concatenated: joined } =
  fixture<Record<string, Expected>>('hf_llama/expected.json');

test('Hugging Face’s weights get MindSpore’s names', async ({ page, host }) => {
  await page.getByRole('button', { name: 'Convert to MindSpore names' }).click();
  const dialog = page.getByRole('dialog', { name: 'Convert to MindSpore names' });
  await expect(dialog).toContainText(`Heads and sizes from ${join(host.folder, 'config.json')}.`);
  expect(await outputRows(dialog)).toEqual(['part0.safetensors 30 53.3 KiB', 'param_name_map.json  1.9 KiB']);
  const out = join(host.scratch, 'renamed');
  await convertTo(page, dialog, out, 'Convert');
  expect(tensorsIn(join(out, 'part0.safetensors'))).toEqual(mindspore);
});

test('q, k, v and gate, up are joined when asked for', async ({ page, host }) => {
  await page.getByRole('button', { name: 'Convert to MindSpore names' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Options: join q, k, v/ }).click();
  await dialog.getByRole('checkbox', { name: 'Join q, k, v and gate, up' }).check();
  await expect(dialog.getByText(/--qkv-concat/)).toBeVisible();
  expect((await outputRows(dialog))[0]).toMatch(/^part0\.safetensors 21 /);
  const out = join(host.scratch, 'joined');
  await convertTo(page, dialog, out, 'Convert');
  expect(tensorsIn(join(out, 'part0.safetensors'))).toEqual(joined);
});

import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { ROOT } from '../../build/bundles.ts';
import { tensorsIn } from '../cli/expected.ts';
import { convertTo } from './conversion.ts';
import { expect, expectAccessible, type Host, test } from './support.ts';

test.use({ fixture: 'hf_llama', damages: 'alone' });

/** A damaged file by itself, named on the start page. */
async function openAlone(page: Page, host: Host, name: string) {
  const path = join(host.scratch, name);
  copyFileSync(join(ROOT, 'test', 'malformed', name), path);
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Commands' }).fill('close the checkpoint');
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Path on the host' }).fill(path);
  await page.keyboard.press('Enter');
  return { path, alert: page.getByRole('alert'), side: page.getByLabel('Selection', { exact: true }) };
}

test('a file cut short by itself: looked at, and what is whole of it written', async ({ page, host }) => {
  const { path, alert, side } = await openAlone(page, host, 'cut_second_tensor.safetensors');
  await expect(alert).toContainText('The file is 2,173 bytes, its header needs 4,221: 2,048 bytes missing');
  await expect(alert).toContainText('shardscope salvage FILE --out FOLDER');
  await expectAccessible(page);
  await alert.getByRole('button', { name: 'Look at the file' }).click();
  await expect(side.getByRole('heading', { name: 'cut_second_tensor.safetensors' })).toBeVisible();
  await expect(side).toContainText('1 of 2 tensors are wholly there, 4 B. Cut short or missing:b');
  const bytes = page.getByRole('region', { name: /^Bytes .* of 2,173$/ });
  await expect(bytes).toContainText('The file ends here.');
  await expectAccessible(page);

  await page.reload();
  await expect(bytes).toContainText('The file ends here.');
  await page.locator('label').getByText('Header', { exact: true }).click();
  await expect(page.getByRole('tree', { name: 'Header' }).getByRole('treeitem')).toHaveCount(2);
  await page.goBack();
  await expect(page.getByRole('button', { name: 'Look at the file' })).toBeVisible();
  await alert.getByRole('button', { name: 'Write what is left…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Write what is left of cut_second_tensor.safetensors' });
  await expect(dialog.getByText("1 tensor cut short or missing: 'b'.")).toBeVisible();
  const out = join(host.scratch, 'kept');
  await convertTo(page, dialog, out, 'Write the file');
  const left = readFileSync(join(out, 'cut_second_tensor.safetensors'));
  expect(Object.keys(tensorsIn(join(out, 'cut_second_tensor.safetensors')))).toEqual(['a']);
  // The 4 bytes of the first tensor lie before the half that is there of the second one's 4,096.
  expect(left.subarray(-4).equals(readFileSync(path).subarray(-2052, -2048))).toBe(true);
});

test('a file that cannot be read at all: its bytes, and nothing to be done with it', async ({
  page,
  host,
}) => {
  const { alert, side } = await openAlone(page, host, 'dtype_unknown.safetensors');
  await expect(alert.getByRole('button', { name: 'Write what is left…' })).toBeHidden();
  await alert.getByRole('button', { name: 'Look at the file' }).click();
  await expect(side.getByRole('heading', { name: 'dtype_unknown.safetensors' })).toBeVisible();
  await expect(page.getByRole('region', { name: /^Bytes / })).toContainText('F128');
  await expect(page.getByRole('button', { name: 'Convert', exact: true })).toBeHidden();
  await page.getByRole('navigation', { name: 'Views' }).getByText('Problems', { exact: true }).click();
  await expect(page.getByLabel('Problems', { exact: true })).toContainText('dtype');
});

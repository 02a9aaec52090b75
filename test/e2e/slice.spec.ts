import { join } from 'node:path';
import { type Expected, fixture, tensorsIn } from '../cli/expected.ts';
import { convertTo, outputRows } from './conversion.ts';
import { expect, expectAccessible, FIXTURES, test } from './support.ts';

test.use({ fixture: 'dp2_mp4/complete' });

test('slicing writes what MindSpore’s ranks hold', async ({ page, host }) => {
  await page.getByRole('button', { name: 'Slice for ranks' }).click();
  const dialog = page.getByRole('dialog', { name: 'Slice into the files of ranks' });
  await expect(dialog.getByRole('button', { name: 'Slice', exact: true })).toBeDisabled();
  await expect(dialog).toContainText('Say which strategy to cut for.');
  await expectAccessible(page);
  await dialog.getByRole('textbox', { name: 'Strategy to cut for' }).fill(join(FIXTURES, 'dp2_mp4/strategy'));
  await expect(dialog).toContainText('Cut for dp 2 × mp 4');
  expect(await outputRows(dialog)).toEqual([
    'rank_0/net.safetensors 122 36.1 KiB',
    'rank_1/net.safetensors 122 36.1 KiB',
    '6 more files 732 216.6 KiB',
  ]);
  const out = join(host.scratch, 'sliced');
  await convertTo(page, dialog, out, 'Slice');
  const { slices } = fixture<{ slices: Record<string, Expected> }>('dp2_mp4/expected.json');
  for (const [rank, tensors] of Object.entries(slices))
    expect(tensorsIn(join(out, `rank_${rank}/net.safetensors`)), `rank ${rank}`).toEqual(tensors);
});

test('some ranks only, without redundancy; the command says so', async ({ page }) => {
  await page.getByRole('button', { name: 'Slice for ranks' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Strategy to cut for' }).fill(join(FIXTURES, 'dp2_mp4/strategy'));
  await dialog.getByRole('button', { name: /^Options: without redundancy, some ranks only/ }).click();
  await dialog.getByRole('checkbox', { name: 'Without redundancy' }).check();
  await dialog.getByRole('textbox', { name: 'Only these ranks' }).fill('0-1, 5');
  await expect(
    dialog.getByRole('code').filter({ hasText: /--rank 0 1 5 --remove-redundancy/ }),
  ).toBeVisible();
  expect((await outputRows(dialog)).map((row) => row.split(' ')[0])).toEqual([
    'rank_0/net.safetensors',
    'rank_1/net.safetensors',
    'rank_5/net.safetensors',
  ]);
  await dialog.getByRole('textbox', { name: 'Only these ranks' }).fill('5-1');
  await expect(dialog).toContainText('Give ranks as in 0-7, 12.');
  await dialog.getByRole('textbox', { name: 'Only these ranks' }).fill('9');
  await expect(dialog.getByRole('alert')).toContainText('the target strategy has ranks 0 to 7');
  await expect(dialog.getByRole('button', { name: 'Slice', exact: true })).toBeDisabled();
  await expectAccessible(page);
});

test('a strategy of another model is refused, and the way out named', async ({ page }) => {
  await page.getByRole('button', { name: 'Slice for ranks' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Strategy to cut for' }).fill('/nowhere/strategy');
  await expect(dialog.getByRole('alert')).toContainText('/nowhere/strategy does not exist.');
  await expect(dialog.getByRole('row')).toHaveCount(0);
});

test('by keyboard: opened from the commands, closed with Escape, and the focus is back', async ({ page }) => {
  const button = page.getByRole('button', { name: 'Slice for ranks' });
  await button.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Slice into the files of ranks' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(button).toBeFocused();
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Commands' }).fill('slice for');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeVisible();
});

test('a strategy is written for a parallel layout, and the weights cut for it', async ({ page, host }) => {
  await page.getByRole('button', { name: 'Slice for ranks' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'write one for a parallel layout…' }).click();
  await dialog.getByRole('textbox', { name: 'Data parallel' }).fill('2');
  await dialog.getByRole('textbox', { name: 'Model parallel' }).fill('3');
  await expect(dialog).toContainText('= 6 ranks');
  await expect(dialog.getByRole('alert')).toContainText('model parallel 3');
  await expect(dialog.getByRole('button', { name: 'Write the strategy' })).toBeDisabled();
  await dialog.getByRole('textbox', { name: 'Model parallel' }).fill('4');
  const strategy = join(host.scratch, 'strategy_dp2_mp4.ckpt');
  await expect(dialog.getByRole('textbox', { name: 'Into' })).toHaveValue(strategy);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Write the strategy' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Strategy to cut for' })).toHaveValue(strategy);
  await expect(dialog).toContainText('Cut for dp 2 × mp 4');
  const out = join(host.scratch, 'sliced for a layout');
  await convertTo(page, dialog, out, 'Slice');
  // The run of the fixture was compiled for the same layout.
  const { slices } = fixture<{ slices: Record<string, Expected> }>('dp2_mp4/expected.json');
  for (const [rank, tensors] of Object.entries(slices))
    expect(tensorsIn(join(out, `rank_${rank}/net.safetensors`)), `rank ${rank}`).toEqual(tensors);
});

import { chooseConversion } from './conversion.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp4' });

const OTHERS = [
  'Reshard for another strategy',
  'Remove redundancy',
  'Convert to Hugging Face names',
  'Convert to .ckpt',
  'Save the strategy as one file',
];

for (const colorScheme of ['light', 'dark'] as const)
  test(`each dialog with all its options, ${colorScheme}: accessible, closed with Escape`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    for (const label of ['Merge into one model', ...OTHERS]) {
      if (label === 'Merge into one model') await page.getByRole('button', { name: label }).click();
      else await chooseConversion(page, label);
      const dialog = page.getByRole('dialog');
      await expect(
        dialog.getByTitle(/^shardscope [a-z]/).or(dialog.getByText('Say which strategy')),
      ).toBeVisible();
      const options = dialog.getByRole('button', { name: /^Options: / });
      if (label !== 'Save the strategy as one file') await options.click();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await expect(dialog).toBeHidden();
    }
  });

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, expectAccessible, FIXTURES, test } from './support.ts';

/** Several checkpoints in one window: as tabs and side by side, restored with what each of them showed. */
test.use({ fixture: 'training_output', damages: 'tabs' });

const tab = (name: string | RegExp) => ({ role: 'tab', name }) as const;

test.beforeEach(async ({ page, host }) => {
  const other = join(host.scratch, 'qwen2', 'checkpoint');
  await cp(join(FIXTURES, 'dp2_mp4', 'checkpoint'), other, { recursive: true });
  await page.setViewportSize({ width: 1600, height: 900 });
});

test('two checkpoints in two tabs, each with its own filter; a reload brings both back', async ({
  page,
  host,
}) => {
  await page.getByRole('button', { name: 'New tab' }).click();
  const tabs = page.getByRole('tablist', { name: 'Open checkpoints' }).getByRole('tab');
  await expect(tabs).toHaveText([/training_output/, 'New tab']);
  await page
    .getByRole('textbox', { name: 'Path on the host' })
    .fill(join(host.scratch, 'qwen2', 'checkpoint'));
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Open checkpoint' })).toContainText('qwen2');
});

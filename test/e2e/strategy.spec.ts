import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formatBytes } from '../../shared/text/units.ts';
import { rowsOf, showStrategy } from './strategy-view.ts';
import { expect, expectAccessible, FIXTURES, test } from './support.ts';

test.use({ fixture: 'dp2_mp2_pp2/strategy' });

test('a folder of strategies becomes the one file that MindSpore merges, or JSON', async ({ page, host }) => {
  await page.getByRole('button', { name: 'Save the strategy as one file' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save the strategy as one file' });
  await expect(dialog).toContainText('8 files with the layouts of 117 parameters: dp 2 × mp 2, 2 stages.');
  const into = dialog.getByRole('textbox', { name: 'Into' });
  await expect(into).toHaveValue(join(host.scratch, 'merged_ckpt_strategy.ckpt'));
  await expect(dialog.getByText(/shardscope strategy merge/)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.getByRole('status')).toContainText('merged_ckpt_strategy.ckpt');
  const merged = readFileSync(join(host.scratch, 'merged_ckpt_strategy.ckpt'));
  expect(merged.equals(readFileSync(join(FIXTURES, 'dp2_mp2_pp2/merged_ckpt_strategy.ckpt')))).toBe(true);
  await dialog.getByRole('button', { name: 'Open it' }).click();

  // A lone file is offered in its other form.
  await expect(page.getByTitle(join(host.scratch, 'merged_ckpt_strategy.ckpt'))).toBeVisible();
  await page.getByRole('button', { name: 'Save the strategy as one file' }).click();
  await expect(into).toHaveValue(join(host.scratch, 'merged_ckpt_strategy.json'));
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(dialog.getByRole('status')).toBeVisible();
  const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
  expect(json(join(host.scratch, 'merged_ckpt_strategy.json')).parallel_layout_item).toEqual(
    json(join(FIXTURES, 'dp2_mp2_pp2/merged_strategy.json')).parallel_layout_item,
  );
});

test('a strategy alone: drawn in parts, since no file says how many elements there are', async ({ page }) => {
  const { table, drawn, side } = await showStrategy(page);
  await expect(page.getByRole('heading', { name: '2 stages of 4 ranks: dp 2 × mp 2' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Views' })).toContainText('2 stages');
  await expect(table.locator('tbody').getByRole('row')).toHaveCount(3);
  expect((await rowsOf(table))[2]).toBe(
    'wo, w2 with adam_m, adam_v [2, 2] [−1, 0] columns cut in 2 along mp, copies along dp 24',
  );
  // The output layer is in the last stage alone.
  await expect(side).toContainText('lm_head.weight');
  await expect(drawn).toContainText('Stage 1, ranks 4–7');
  await expect(drawn).toContainText('Stage 0, ranks 0–3: nothing of it.');
  await expect(drawn.getByRole('button', { name: /^ranks 5, 7/ })).toHaveText('ranks 5, 7part 2 of 2');
  await drawn.getByRole('button', { name: 'rank 5 slice 2 of 2' }).hover();
  await expect(drawn).toContainText(
    'Rank 5 holds part 2 of 2 of the rows and all columns, because the tensor map [0, -1] cuts dimension 0 along axis mp of the device matrix [dp 2, mp 2].',
  );
  await expect(side).toContainText('Same asrank 7');
  await expect(side).toContainText('Shapesaid by neither file nor strategy');
  await expectAccessible(page);
});

test('verified by another client of the host: the window says what its files say, in both languages', async ({
  page,
  host,
}) => {
  await page.evaluate((path) => {
    const socket = new WebSocket(new URL('./ws', location.href.replace(/^http/, 'ws')));
    const call = { type: 'call', id: 1, method: 'verify.start', input: { path } };
    socket.addEventListener('open', () => socket.send(JSON.stringify(call)));
  }, host.folder);
  const files = readdirSync(host.folder);
  const bytes = files.reduce((sum, name) => sum + statSync(join(host.folder, name)).size, 0);
  const size = formatBytes(bytes);
  await expect(
    page.getByText(
      `Checked ${files.length} strategy files, ${size} read: 117 parameters, stages 0–1, ranks 0–7 (dp 2 × mp 2, 2 stages): all is well.`,
    ),
  ).toBeVisible();
  await page.keyboard.press('Control+,');
  await page.getByRole('dialog', { name: 'Settings' }).getByText('简体中文', { exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(
    page.getByText(
      `已校验 ${files.length} 个切分策略文件，读取 ${size}：117 个参数，阶段 0–1，rank 0–7（dp 2 × mp 2、2 个阶段）：全部正常。`,
    ),
  ).toBeVisible();
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp4', damages: 'compare-part' });

const NAME = 'model.layers.1.attention_norm.weight';
const CUT = 'adam_m.lm_head.weight';

test.beforeEach(({ host }) => {
  const file = join(host.folder, 'checkpoint', 'rank_5', 'llama_tiny_rank_5-1_10.safetensors');
  const bytes = readFileSync(file);
  const data = 8 + Number(bytes.readBigUInt64LE(0));
  const [begin] = JSON.parse(bytes.toString('utf8', 8, data))[CUT].data_offsets;
  // Element [1, 1] of rows 12–23.
  const at = data + begin + 17 * 4;
  bytes.writeFloatLE(bytes.readFloatLE(at) + 0.25, at);
  writeFileSync(file, bytes);
});

test('the whole against one rank: each tensor with its part, named in the row', async ({ page, host }) => {
  const folder = join(host.folder, 'checkpoint', 'rank_5');
  await page.goto(`${host.url}#/summary?path=${encodeURIComponent(join(host.folder, 'complete'))}`);
  await page.getByRole('navigation', { name: 'Views' }).getByText('Compare with…').click();
  const dialog = page.getByRole('dialog', { name: 'Compare with' });
  await dialog.getByRole('textbox', { name: 'Folder or file' }).fill(folder);
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click();

  const main = page.getByRole('main');
  await expect(main).toContainText(
    'A rank against the whole: 90 tensors are compared with the same part of the whole one.',
  );
  await expect(main).toContainText('1 different, 121 equal.');
  const table = page.getByRole('grid', { name: 'Compared tensors' });
  const row = table.getByRole('row', { name: CUT });
  await expect(row).toContainText('rows 12–23');
  await expect(row).toContainText('different');
  await expect(table.getByRole('row', { name: NAME })).not.toContainText('rows');
  await row.click();
  const note = page.getByRole('region', { name: 'Difference' });
  await expect(note).toContainText('Comparedrows 12–23 and all 16 columns of A');
  await expect(note).toContainText('First at[13, 1]');
  await expect(note).toContainText('1 of 192');
  await expectAccessible(page);
  await note.getByRole('button', { name: 'Show difference' }).click();
  const picture = page.getByRole('dialog', { name: `Difference of ${CUT}` });
  await expect(picture).toContainText('complete − rank 5 of rank_5');
  await expect(picture.getByRole('alert')).toHaveCount(0);
});

test('in Chinese the sides are said in Chinese: title, lists, jobs and picture', async ({ page, host }) => {
  const a = join(host.folder, 'complete');
  const b = join(host.folder, 'checkpoint', 'rank_5');
  const compare = encodeURIComponent(JSON.stringify({ a: { path: a }, b: { path: b } }));
  await page.goto(`${host.url}#/compare?path=${encodeURIComponent(a)}&compare=${compare}`);
  const title = page.getByRole('region', { name: /^(Comparison|比较结果)$/ }).getByRole('heading');
  await expect(title).toHaveText('complete against rank 5 of rank_5');
  await page.keyboard.press('Control+,');
  await page.getByRole('dialog', { name: 'Settings' }).getByText('简体中文', { exact: true }).click();
  await page.keyboard.press('Escape');

  await expect(title).toHaveText('complete 与 rank_5 的 rank 5');
  await expect(page.getByRole('main')).toContainText('对应部分比较。1 不同、121 相同。');
  const views = page.getByRole('navigation', { name: '视图' });
  await expect(views.getByRole('button', { name: 'complete ↔ rank_5 的 rank 5' })).toBeVisible();
  await expect(page.getByRole('contentinfo')).toContainText('比较 complete 与 rank_5 的 rank 5');
  await page.getByRole('row', { name: CUT }).click();
  await page.getByRole('button', { name: '查看差异' }).click();
  await expect(page.getByRole('dialog')).toContainText('complete − rank_5 的 rank 5，逐元素显示');
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp4' });

const WO = 'model.layers.0.attention.wo.weight';

async function show(page: Page, view: string) {
  await page.getByRole('navigation', { name: 'Views' }).getByText(view, { exact: true }).click();
}

test('selected tensors as tables, Python and command lines; all that are shown as a file', async ({
  page,
  context,
  host,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  const copy = async (name: string) => {
    await page.getByRole('button', { name: 'Copy or save tensors' }).click();
    await page.getByRole('menuitem', { name }).first().click();
    await expect(page.getByRole('button', { name: 'Copy or save tensors' })).toHaveText('Copied');
  };
  await show(page, 'Tensors');
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('attention !adam');
  await expect(page.getByText('20 of 122', { exact: true })).toBeVisible();
  const table = page.getByRole('treegrid', { name: 'Tensors' });
  const row = table.getByRole('row', { name: 'attention.wo.weight' });
  await row.first().click();
  await row.nth(1).click({ modifiers: ['Control'] });
  await expect(page.getByRole('contentinfo')).toContainText('2 of 122 selected · 512 parameters · 1.0 KiB');
  await page.getByRole('button', { name: 'Copy or save tensors' }).click();
  await expect(page.getByRole('menu')).toContainText('Copy the 2 selected');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await copy('As CSV');
  // The button still says "Copied" of the copy before while the next one is on its way.
  await expect
    .poll(async () => (await copied()).split('\n')[1])
    .toMatch(new RegExp(`^${WO},BF16,"?\\[16, 16\\]"?,256,512,weight,4,2,8,`));
  await copy('As Python that loads them');
  await expect.poll(copied).toContain(`names = {\n    "${WO}",`);
  await copy('As command lines');
  await expect
    .poll(async () => (await copied()).split('\n')[0])
    .toBe(
      `shardscope tensors ${host.folder} --filter '/^(${WO.replaceAll('.', '\\.')}|${WO.replace('0', '1').replaceAll('.', '\\.')})$/'`,
    );

  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Copy or save tensors' }).click();
  await page.getByRole('menuitem', { name: 'As JSON' }).last().click();
  const rows: { name: string }[] = JSON.parse(readFileSync(await (await saved).path(), 'utf8'));
  expect(rows).toHaveLength(20);
  expect(rows.every(({ name }) => name.includes('attention'))).toBe(true);
});

test('the matrix of ranks as a table, a column for each rank', async ({ page }) => {
  await show(page, 'Ranks');
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('layers.0 wo !adam');
  await expect(page.getByRole('grid', { name: 'Slices of each rank' })).toHaveAttribute('aria-rowcount', '2');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Copy or save ranks' }).click();
  await page.getByRole('menuitem', { name: 'As CSV' }).last().click();
  expect(readFileSync(await (await saved).path(), 'utf8').split('\n')).toEqual([
    `name,dtype,shape,slices,${[0, 1, 2, 3, 4, 5, 6, 7].map((rank) => `rank ${rank}`).join(',')}`,
    `${WO},BF16,"[16, 16]",4,1/4,2/4,3/4,4/4,1/4,2/4,3/4,4/4`,
    '',
  ]);
});

test('where the bytes of a tensor lie, for scripts', async ({ page, host }) => {
  await page.goto(`${host.url}#/tensors?path=${encodeURIComponent(host.folder)}&tensor=${WO}`);
  const panel = page.getByLabel('Selection', { exact: true });
  await panel.getByRole('tab', { name: 'Where it lies' }).click();
  const saved = page.waitForEvent('download');
  await panel.getByRole('button', { name: 'Copy or save places' }).click();
  await page.getByRole('menuitem', { name: 'As JSON' }).last().click();
  const places = JSON.parse(readFileSync(await (await saved).path(), 'utf8'));
  expect(places).toHaveLength(8);
  // Rank 6 holds the third of four parts of the columns; its bytes are those of the file's own header.
  const bytes = readFileSync(join(host.folder, 'checkpoint/rank_6/llama_tiny_rank_6-1_10.safetensors'));
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const [begin, end] = JSON.parse(bytes.toString('utf8', 8, start))[WO].data_offsets;
  expect(places[6]).toMatchObject({
    rank: 6,
    offset: start + begin,
    byteLength: end - begin,
    slice: 2,
    start: [0, 8],
    extent: [16, 4],
  });
});

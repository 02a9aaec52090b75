import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../build/bundles.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp4' });

const WO = 'model.layers.0.attention.wo.weight';
/** What NumPy says (`test/golden/values.py`). */
const GOLDEN: Record<string, { values: number[]; stats: Record<string, number> }> = JSON.parse(
  readFileSync(join(ROOT, 'test/golden/dp2_mp4.json'), 'utf8'),
);
const golden = GOLDEN[WO] ?? { values: [], stats: {} };

test.beforeEach(async ({ page, host }) => {
  await page.goto(`${host.url}#/values?path=${encodeURIComponent(host.folder)}&tensor=${WO}`);
});

test('values of the whole tensor and of a rank, by keyboard, index and address', async ({ page }) => {
  const grid = page.getByRole('grid', { name: 'Values' });
  const status = page.getByRole('main').getByRole('status').filter({ hasText: '=' });
  await expect(grid.getByRole('gridcell')).not.toHaveCount(0);
  await expect(status).toContainText(`[0, 0] = 0.035 exactly ${golden.values[0]}`);
  await expect(grid.getByRole('rowheader').first()).toHaveText('0');
  // No digit is cut off, however small a value is.
  await expect(grid).toContainText('−1.92e−5');
  const cut = await grid
    .getByRole('gridcell')
    .evaluateAll((cells) => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).length);
  expect(cut).toBe(0);
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect(status).toContainText('[1, 1] = 0.0299');
  await page.keyboard.press('Control+End');
  await expect(status).toContainText(`exactly ${String(golden.values[255]).replace('-', '−')}`);
  await page.getByRole('textbox', { name: 'Go to index' }).fill('0, 4');
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  await expect(status).toContainText(`[0, 4] = −0.029 exactly −0.029052734375`);
  await page.getByRole('button', { name: 'Next NaN' }).click();
  await expect(page.getByText('There is no NaN in this part.')).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('combobox', { name: 'Of' }).click();
  await page.getByRole('option', { name: 'Rank 1' }).click();
  await expect(page.getByRole('main')).toContainText('16 × 4');
  await expect(status).toContainText(`exactly ${String(golden.values[4]).replace('-', '−')}`);
  const slice = page.getByRole('textbox', { name: 'Slice' });
  await slice.fill('[2, 1:3]');
  await slice.press('Enter');
  await expect(status).toContainText('[2, 1] =');
  expect(page.url()).toContain('rank=1');
  await page.reload();
  await expect(slice).toHaveValue('[2, 1:3]');
  await expect(status).toContainText('[2, 1] =');
  await page.goBack();
  await expect(slice).toHaveValue('[:, :]');
  await slice.fill('[99]');
  await slice.press('Enter');
  await expect(page.getByText('asks for index 99 of axis 0, which has 16')).toBeVisible();
});

test('statistics and how the values are spread', async ({ page, host }) => {
  await page.getByRole('tab', { name: 'Statistics' }).click();
  const statistics = page.getByRole('region', { name: 'Statistics' });
  await expect(statistics).toContainText('−9.91351e−5');
  await expect(statistics.getByText('256', { exact: true })).toBeVisible();
  await expect(page.getByRole('img', { name: 'Histogram of 256 values in 64 bins' })).toBeVisible();
  await statistics.getByText('Powers of two').click();
  await expect(page.getByRole('img', { name: /Histogram of 256 values in \d+ bins/ })).toContainText('2^−');
  await expectAccessible(page);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Histogram as SVG' }).click();
  const path = join(host.scratch, 'histogram.svg');
  await (await saved).saveAs(path);
  expect(readFileSync(path, 'utf8')).toMatch(/^<svg .*<rect .*fill="rgb/s);
});

test('a heatmap, down to single values', async ({ page }) => {
  await page.getByRole('tab', { name: 'Heatmap' }).click();
  const heatmap = page.getByRole('button', { name: /^Heatmap of/ });
  const status = page.getByRole('main').getByRole('status');
  await expect(page.getByRole('img', { name: /Colours from/ })).toBeVisible();
  const box = await heatmap.boundingBox();
  if (!box) throw new Error('the heatmap has no place');
  // Row 3, column 5 of 16 × 16.
  await page.mouse.move(box.x + (5.5 * box.width) / 16, box.y + (3.5 * box.height) / 16);
  await expect(status.filter({ hasText: '[3, 5]' })).toContainText(
    Number(golden.values[3 * 16 + 5])
      .toPrecision(8)
      .replace('-', '−'),
  );
  await page.mouse.wheel(0, -600);
  await expect(status.filter({ hasText: '[3, 5]' })).toBeVisible();
  await expectAccessible(page);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Heatmap as PNG' }).click();
  expect((await saved).suggestedFilename()).toBe(`${WO}_heatmap.png`);
});

test('values are saved for NumPy, and nothing is replaced unasked', async ({ page, host }) => {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Values as .npy (NumPy)' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save the values as .npy' });
  await expect(page.getByRole('menu')).toBeHidden();
  await expectAccessible(page);
  const out = join(host.scratch, 'wo.npy');
  await dialog.getByRole('textbox', { name: 'Into' }).fill(out);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByRole('status')).toContainText('16 × 16 float32');
  const data = new Float32Array(new Uint8Array(readFileSync(out).subarray(128)).buffer);
  expect([...data]).toEqual(golden.values);
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeFocused();
});

test('each way of looking is accessible in the dark', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  for (const [tab, sign] of [
    ['Values', page.getByText('= 0.035')],
    ['Heatmap', page.getByRole('img', { name: /Colours from/ })],
    ['Statistics', page.getByRole('img', { name: /Histogram/ })],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click();
    await expect(sign).toBeVisible();
    await expectAccessible(page);
  }
});

test('without a tensor one is found right there, by keyboard, and nothing stands beside', async ({
  page,
  host,
}) => {
  await page.goto(`${host.url}#/values?path=${encodeURIComponent(host.folder)}`);
  const field = page.getByRole('textbox', { name: 'Find a tensor' });
  await expect(page.getByRole('region', { name: 'Selection' })).toHaveCount(0);
  const offered = page.getByRole('list', { name: 'Tensors' }).getByRole('button');
  await expect(offered).toHaveCount(12);
  await expect(offered.filter({ hasText: 'adam' })).toHaveCount(0);
  await expectAccessible(page);
  await field.fill('layers.0 wo !adam');
  await expect(offered).toHaveText([/attention\.wo\.weight.*16 × 16/]);
  await field.press('Enter');
  await expect(page.getByRole('grid', { name: 'Values' })).toContainText('0.035−0.0214−0.0261');
  await expect(page.getByRole('region', { name: 'Selection' })).toBeVisible();
});

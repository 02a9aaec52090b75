import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright/test';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp4', damages: 'ranks' });

const TENSOR = 'model.layers.1.attention.wo.weight';
/** Of the slice's 16 rows of 4: [3, 1], which is [3, 9] of the tensor for the third of four slices. */
const ELEMENT = 13;
/** Value of the element before it became 1. */
let before = 0;

test.beforeAll(({ host }) => {
  const file = join(host.folder, 'checkpoint', 'rank_6', 'llama_tiny_rank_6-1_10.safetensors');
  const bytes = readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const [begin] = JSON.parse(bytes.toString('utf8', 8, start))[TENSOR].data_offsets;
  const at = start + begin + 2 * ELEMENT;
  // A BF16 is the high half of a 32-bit float.
  const float = Buffer.alloc(4);
  float.writeUInt16LE(bytes.readUInt16LE(at), 2);
  before = float.readFloatLE();
  const fd = openSync(file, 'r+');
  writeSync(fd, Buffer.from([0x80, 0x3f]), 0, 2, at);
  closeSync(fd);
});

async function openRanks(page: Page) {
  await page.getByRole('navigation', { name: 'Views' }).getByText('Ranks', { exact: true }).click();
  const grid = page.getByRole('grid', { name: 'Slices of each rank' });
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('!adam');
  await expect(grid).toHaveAttribute('aria-rowcount', '45');
  /** What a row's cells say; they are elements where the cursor is. */
  const cells = async (name: string) => {
    const row = grid.getByRole('row', { name }).first();
    await row.getByRole('rowheader').click();
    const all = await row.getByRole('gridcell').all();
    return Promise.all(all.map((cell) => cell.getAttribute('aria-label')));
  };
  return { grid, cells };
}

const slice = (i: number) => `Holds slice ${i} of 4`;

/** Where a cell is in the picture of them, in pixels. */
async function placeOf(row: Locator, column: number): Promise<{ x: number; y: number }> {
  const index = Number(await row.getAttribute('aria-rowindex')) - 2;
  return { x: column * 68 + 34, y: index * 27 + 13 };
}

test('which slice each rank holds, with the ranks’ sizes', async ({ page }) => {
  const { grid, cells } = await openRanks(page);
  // dp 2 × mp 4: rank r holds slice r mod 4, twice.
  const twice = [1, 2, 3, 4, 1, 2, 3, 4].map(slice);
  expect(await cells(TENSOR)).toEqual(twice);
  expect(await cells('model.layers.0.feed_forward.w2.weight')).toEqual(twice);
  expect(await cells('model.layers.0.attention_norm.weight')).toEqual(
    Array(8).fill('Holds the whole tensor'),
  );
  expect(await cells('epoch_num')).toEqual(Array(8).fill('Holds the whole tensor'));
  await expect(grid.getByRole('columnheader', { name: 'rank 0 24.2 KiB' })).toBeVisible();
  await expectAccessible(page);
});

test('by keyboard: to a cell, two ranks chosen, compared; the numbers of what differs', async ({ page }) => {
  const { grid, cells } = await openRanks(page);
  await grid.focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(grid).toHaveAttribute('aria-activedescendant', 'rank-cell-1-2');
  await page.keyboard.press('Space');
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Compare rank 2 with rank 6' }).press('Enter');

  const panel = page.getByLabel('Selection', { exact: true });
  await expect(panel).toContainText('Rank 2 against rank 6');
  await expect(panel).toContainText('Replicas: they should be equal.');
  await expect(panel).toContainText('Equal121 tensors');
  await expect(panel).toContainText('Differ1 tensor');
  await expect(panel).toContainText('Only in onenone');
  await expect(panel).toContainText('First at[3, 9]');
  await expect(panel).toContainText('Elements1 of 64');
  await expect(panel).toContainText(`Largest${Number(Math.abs(before - 1).toPrecision(4))}`);
  const twice = [1, 2, 3, 4, 1, 2, 3, 4].map(slice);
  expect(await cells(TENSOR)).toEqual(twice.with(6, `${slice(3)}, which differs from its replica`));
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expectAccessible(page);
});

test('the difference as a heatmap; one of the ranks trusted in a merge', async ({ page }) => {
  const { grid } = await openRanks(page);
  await grid.getByRole('button', { name: 'rank 2 24.2 KiB' }).click();
  await grid.getByRole('button', { name: 'rank 6 24.2 KiB' }).click();
  await page.getByRole('button', { name: 'Compare rank 2 with rank 6' }).click();
  await page.getByRole('button', { name: 'Show difference' }).click();
  const dialog = page.getByRole('dialog', { name: `Difference of ${TENSOR}` });
  await expect(dialog).toContainText('rank 2 − rank 6');
  // The picture is of one value that is not 0: the ends of the colours are as far from it as that.
  const end = Math.abs(before - 1).toPrecision(3);
  await expect(dialog.getByRole('img', { name: `Colours from -${end} to ${end}` })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Trust rank 2' }).click();
  const merge = page.getByRole('dialog', { name: 'Merge 8 ranks into one model' });
  await expect(merge).toContainText('--on-conflict rank=2');
  await expect(merge).toContainText("rank 2's count");
});

test('a slice lights wherever it is drawn', async ({ page }) => {
  const { grid } = await openRanks(page);
  const row = grid.getByRole('row', { name: TENSOR });
  const picture = grid.locator('canvas');
  /** Columns whose cell has a line along its edge, of another colour than the cell. */
  const lit = async () => {
    const places = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((column) => placeOf(row, column)));
    return picture.evaluate((canvas: HTMLCanvasElement, at) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height);
      const context = copy.getContext('2d', { willReadFrequently: true });
      context?.drawImage(canvas, 0, 0);
      const colour = (x: number, y: number) => context?.getImageData(x, y, 1, 1).data.join();
      return at.flatMap(({ x, y }, column) => (colour(x - 30, y) === colour(x - 27, y) ? [] : [column]));
    }, places);
  };
  expect(await lit()).toEqual([]);
  await picture.click({ position: await placeOf(row, 1) });
  await expect.poll(lit).toEqual([1, 5]);
  await expect(picture).toHaveAttribute('title', slice(2));
  const panel = page.getByLabel('Selection', { exact: true });
  await panel
    .getByRole('button', { name: /ranks 3, 7|3, 7/ })
    .first()
    .hover();
  await expect.poll(lit).toEqual([3, 7]);
});

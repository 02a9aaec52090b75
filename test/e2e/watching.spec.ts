import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import { serializeHeader } from '../../shared/safetensors/serialize.ts';
import { expect, expectAccessible, test } from './support.ts';

/** Files that change on disk under an open checkpoint: noticed, said quietly, read again only when asked for. */
test.use({ fixture: 'dp2_mp4', damages: 'watching' });

let count = 0;

/** Opens a path in the window that is there, as a link to it does. */
async function openPath(page: Page, view: string, path: string): Promise<void> {
  await page.evaluate(
    (hash) => {
      window.location.hash = hash;
    },
    `#/${view}?${new URLSearchParams({ path })}`,
  );
  await expect(page.getByRole('region', { name: 'Open checkpoint' })).toContainText(path);
}

/** One file of F32 tensors, all zeros. */
async function writeWeights(
  folder: string,
  shapes: Readonly<Record<string, readonly number[]>>,
): Promise<void> {
  const tensors = Object.entries(shapes).map(([name, shape]) => ({
    name,
    dtype: 'F32' as const,
    shape,
    byteLength: 4 * shape.reduce((product, dim) => product * dim, 1),
  }));
  const { bytes, size } = serializeHeader(tensors, new Map());
  const file = Buffer.alloc(size);
  file.set(bytes);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'model.safetensors'), file);
  await writeFile(join(folder, 'config.json'), '{}');
}

const barOf = (page: Page) => page.getByRole('region', { name: 'Changed files' });

test('a file that was written anew is read again on request; view, filter and selection stay', async ({
  page,
  host,
}) => {
  const folder = join(host.scratch, `model ${count++}`);
  await writeWeights(folder, { 'a.weight': [2, 3], 'b.bias': [7] });
  await openPath(page, 'tensors', folder);
  await page.getByRole('textbox', { name: 'Filter tensors' }).fill('weight');
  await expect(page).toHaveURL(/filter=weight/);
  const rows = page.getByRole('treegrid', { name: 'Tensors' }).getByRole('row', { name: /weight/ });
  await expect(rows).toHaveCount(1);
  await rows.first().click();
  await expect(page.getByText('1 of 2 selected')).toBeVisible();

  await writeWeights(folder, { 'a.weight': [2, 3], 'b.bias': [7], 'c.weight': [4, 5] });
  await expect(barOf(page)).toContainText('The files changed: 2 changed.', { timeout: 20_000 });
  await expect(rows).toHaveCount(1);
  await barOf(page).getByRole('button', { name: 'Which?' }).click();
  await expect(page.getByRole('dialog', { name: 'Which?' })).toContainText('model.safetensors');
  await page.keyboard.press('Escape');
  await barOf(page).getByRole('button', { name: 'Reload' }).click();
  await expect(rows).toHaveCount(2);
  await expect(rows.last()).toContainText('4 × 5');
  await expect(barOf(page)).toBeHidden();
  await expect(page.getByRole('textbox', { name: 'Filter tensors' })).toHaveValue('weight');
  await expect(page.getByText('1 of 3 selected')).toBeVisible();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`a save that comes and a rank that goes are counted together, ${scheme}`, async ({ page, host }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const folder = join(host.scratch, `run ${count++}`);
    await cp(host.folder, folder, { recursive: true });
    await openPath(page, 'summary', folder);
    const weights = (rank: number, step: number) =>
      join(folder, `checkpoint/rank_${rank}/llama_tiny_rank_${rank}-1_${step}.safetensors`);
    await expect(page.getByRole('main')).toContainText('8 weight files');
    await rm(weights(7, 10));
    // What is there at the first look, just after opening, is no news: that look is over when something is told.
    await expect(barOf(page)).toContainText('The files changed: 1 removed.', { timeout: 20_000 });
    for (const rank of [0, 1, 2]) await cp(weights(rank, 10), weights(rank, 20));
    await expect(barOf(page)).toContainText('The files changed: 3 new, 1 removed.', { timeout: 20_000 });
    await expectAccessible(page);
    await barOf(page).getByRole('button', { name: 'Dismiss' }).click();
    await expect(barOf(page)).toBeHidden();
    await rm(weights(6, 10));
    await expect(barOf(page)).toContainText('3 new, 2 removed', { timeout: 20_000 });
  });
}

test('a folder that is gone is said, and what was read stays', async ({ page, host }) => {
  const folder = join(host.scratch, `model ${count++}`);
  await writeWeights(folder, { 'a.weight': [2, 3] });
  // Weights alone: a file beside them counts from the first look on, which may come when the folder is leaving.
  await rm(join(folder, 'config.json'));
  await openPath(page, 'tensors', folder);
  await expect(page.getByRole('treegrid', { name: 'Tensors' })).toContainText('2 × 3');
  await rename(folder, `${folder} elsewhere`);
  await expect(barOf(page)).toContainText('not there any more', { timeout: 20_000 });
  await barOf(page).getByRole('button', { name: 'Reload' }).click();
  await expect(page.getByRole('alert')).toContainText('does not exist');
  await expect(page.getByRole('treegrid', { name: 'Tensors' })).toContainText('2 × 3');
  await rename(`${folder} elsewhere`, folder);
  await expect(barOf(page)).toBeHidden({ timeout: 20_000 });
});

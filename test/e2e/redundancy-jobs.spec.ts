import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tensorsIn } from '../cli/expected.ts';
import { chooseConversion, convertTo, outputRows } from './conversion.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp4' });

const RANKS = [0, 1, 2, 3, 4, 5, 6, 7];
const fileOf = (rank: number) => `rank_${rank}/llama_tiny_rank_${rank}-1_10.safetensors`;

test('redundancy is removed and restored: what is saved, and the same bytes again', async ({
  page,
  host,
}) => {
  const dialog = await chooseConversion(page, 'Remove redundancy');
  await expect(dialog).toContainText('meta.json of each rank names this save, for training to resume from.');
  await expect(dialog).toContainText('Before193.7 KiB');
  await expect(dialog).toContainText('After91.8 KiB, 101.8 KiB (53 %) saved');
  expect(await outputRows(dialog)).toEqual([
    'rank_0/llama_tiny_rank_0-1_10.safetensors 54 16.7 KiB',
    'rank_1/llama_tiny_rank_1-1_10.safetensors 54 16.7 KiB',
    // A meta.json for each rank is among them.
    '14 more files 319 100.4 KiB',
  ]);
  const removed = join(host.scratch, 'removed');
  await convertTo(page, dialog, removed, 'Remove redundancy');
  const source = (rank: number) => tensorsIn(join(host.folder, 'checkpoint', fileOf(rank)));
  const metaOf = (folder: string, rank: number) =>
    readFileSync(join(folder, `rank_${rank}/meta.json`), 'utf8');
  for (const rank of RANKS) {
    expect(metaOf(removed, rank)).toBe(metaOf(join(host.folder, 'checkpoint'), rank));
    const kept = tensorsIn(join(removed, fileOf(rank)));
    expect(source(rank), `rank ${rank}`).toMatchObject(kept);
    expect(Object.keys(kept).length, `rank ${rank}`).toBeLessThan(60);
  }

  await page.getByRole('button', { name: 'Open result' }).first().click();
  await expect(page.getByText('Distributed · MindSpore').first()).toBeVisible();
  await page.getByRole('button', { name: 'Merge into one model' }).click();
  // Nothing beside the new folder says how it is cut.
  const merge = page.getByRole('dialog', { name: 'Merge 8 ranks into one model' });
  const alert = merge.getByRole('alert');
  await expect(alert).toContainText('No strategy was found for the 8 ranks');
  await expectAccessible(page);
  await alert.getByRole('button', { name: 'Name a strategy…' }).click();
  const picker = page.getByRole('dialog', { name: 'Name a strategy' });
  const path = picker.getByRole('textbox', { name: 'Path' });
  // The folder that arrives takes the place of what was selected to be written over.
  await expect(path).not.toHaveValue('');
  await path.fill(join(host.folder, 'strategy'));
  await picker.getByRole('button', { name: 'Use' }).click();
  await expect(merge).toContainText('Saved without redundancy.');
  await page.keyboard.press('Escape');
  await expect(merge).toBeHidden();

  const back = await chooseConversion(page, 'Restore redundancy');
  await expect(back).toContainText('After193.7 KiB, 101.8 KiB (111 %) more');
  const restored = join(host.scratch, 'restored');
  await convertTo(page, back, restored, 'Restore redundancy');
  for (const rank of RANKS) expect(tensorsIn(join(restored, fileOf(rank)))).toEqual(source(rank));
});

import { join } from 'node:path';
import { type Expected, fixture, tensorsIn } from '../cli/expected.ts';
import { chooseConversion, convertTo, outputRows } from './conversion.ts';
import { expect, FIXTURES, test } from './support.ts';

test.use({ fixture: 'dp2_mp4', colorScheme: 'dark' });

test('resharding to two pipeline stages gives what MindSpore gives', async ({ page, host }) => {
  const dialog = await chooseConversion(page, 'Reshard for another strategy');
  await expect(dialog).toHaveAccessibleName('Reshard 8 ranks for another strategy');
  await dialog
    .getByRole('textbox', { name: 'Strategy to cut for' })
    .fill(join(FIXTURES, 'dp2_mp2_pp2/merged_ckpt_strategy.ckpt'));
  await expect(dialog).toContainText('Step 10, the only save, on every rank.');
  await expect(dialog).toContainText('Cut for dp 2 × mp 2, 2 stages');
  expect((await outputRows(dialog))[2]).toMatch(/^6 more files 384 /);
  const out = join(host.scratch, 'resharded');
  await convertTo(page, dialog, out, 'Reshard');
  const { ranks } = fixture<{ ranks: Record<string, Expected> }>('reshard_dp2_mp4__to__dp2_mp2_pp2.json');
  for (const [rank, tensors] of Object.entries(ranks))
    expect(tensorsIn(join(out, `rank_${rank}/net.safetensors`)), `rank ${rank}`).toMatchObject(tensors);
});

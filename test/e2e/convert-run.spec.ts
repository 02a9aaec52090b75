import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseConversion, convertTo } from './conversion.ts';
import { expect, test } from './support.ts';

test.use({ fixture: 'training_output' });

test('a training output in the other format is one that training resumes from', async ({ page, host }) => {
  const dialog = await chooseConversion(page, 'Convert to .ckpt');
  await expect(dialog).toContainText(
    'meta.json of each rank names its newest save, for training to resume from.',
  );
  const out = join(host.scratch, 'converted');
  await convertTo(page, dialog, out, 'Convert');
  // Rank 3 lacks the save of step 30.
  for (const [rank, step] of [
    [0, 30],
    [3, 20],
  ])
    expect(JSON.parse(readFileSync(join(out, `checkpoint/rank_${rank}/meta.json`), 'utf8'))).toEqual({
      last_epoch: 1,
      last_step: step,
      last_ckpt_file: `llama_tiny_rank_${rank}-1_${step}.ckpt`,
    });
  await page.getByRole('button', { name: 'Open result' }).first().click();
  await page.getByRole('navigation', { name: 'Views' }).getByText('Training saves').click();
  await expect(page.getByRole('heading', { name: /resume from step 20 at the latest/i })).toBeVisible();
});

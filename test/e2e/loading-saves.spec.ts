import { join } from 'node:path';
import { copiedYaml, scenario, showLoading } from './loading-page.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'training_output' });

test('a save that is not the newest: resuming names its file, its layout needs a folder of its own', async ({
  page,
  host,
}) => {
  await showLoading(page);
  await expect(scenario(page, 'Resume')).toBeChecked();
  expect(await copiedYaml(page)).toMatchObject({
    load_checkpoint: join(host.folder, 'checkpoint'),
    resume_training: 'llama_tiny_rank_0-1_20.safetensors',
    parallel_config: { data_parallel: 2, model_parallel: 2, pipeline_stage: 2 },
  });
  await scenario(page, 'Same layout').check();
  await page
    .getByRole('region', { name: 'What must be done first' })
    .getByRole('button', { name: 'Reshard' })
    .click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: 'Strategy to cut for' })).toHaveValue(
    join(host.folder, 'strategy'),
  );
  await expect(dialog.getByRole('textbox', { name: 'Into' })).toHaveValue(join(host.scratch, 'ranks_step20'));
  await expect(dialog.getByTitle(/--file-suffix 1_20/)).toBeVisible();
});

test('machines without a common disk: two documents, and the steps between them', async ({ page }) => {
  await page.setViewportSize({ width: 1024, height: 700 });
  await showLoading(page);
  await scenario(page, 'Without a shared disk').check();
  expect(await copiedYaml(page, 'YAML that compiles the strategy')).toEqual({
    only_save_strategy: true,
    use_parallel: true,
    parallel_config: { data_parallel: 2, model_parallel: 2, pipeline_stage: 2, micro_batch_num: 2 },
  });
  expect(await copiedYaml(page)).toMatchObject({ output_dir: './output', auto_trans_ckpt: true });
  const steps = page.getByRole('region', { name: 'What must be done first' });
  await expect(steps.getByRole('listitem')).toHaveCount(6);
  await expect(steps).toContainText(
    'shardscope strategy merge ./output/strategy ./output/merged_strategy/dst_strategy.ckpt',
  );
  await page.getByRole('textbox', { name: 'Machines' }).fill('3');
  await expect(page.getByRole('alert')).toContainText('8 cards cannot be spread evenly over 3 machines.');
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Machines' }).fill('4');
  await expect(page.getByText('8 cards on 4 machines, 2 on each.')).toBeVisible();
});

import { copiedYaml, scenario, showLoading } from './loading-page.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'ckpt_formats/distributed_ckpt' });

test('.ckpt without a strategy: loads as it is, and says what the rest lacks', async ({ page, host }) => {
  await showLoading(page);
  await expect(scenario(page, 'Same layout')).toBeChecked();
  for (const title of ['One card', 'Several cards', 'Other layout', 'Without a shared disk'])
    await expect(scenario(page, title)).toBeDisabled();
  await expect(page.getByText('Most of it needs the strategy')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('textbox', { name: 'Data parallel' }).fill('2');
  await expect(page.getByRole('alert')).toContainText('The weights are of 8 ranks, this layout makes 2.');
  await page.getByRole('textbox', { name: 'Model parallel' }).fill('4');
  expect(await copiedYaml(page)).toMatchObject({
    load_checkpoint: host.folder,
    load_ckpt_format: 'ckpt',
    auto_trans_ckpt: false,
    parallel_config: { data_parallel: 2, model_parallel: 4, pipeline_stage: 1 },
  });
  await page.getByRole('tab', { name: 'Python with safetensors' }).click();
  await expect(page.getByRole('region', { name: 'Python', exact: true })).toContainText(
    `shardscope convert ${host.folder} --out`,
  );
});

test("one rank's folder is no model: one reason, once", async ({ page, host }) => {
  await page.goto(
    `${new URL(host.url).origin}/#/loading?path=${encodeURIComponent(`${host.folder}/rank_1`)}`,
  );
  await expect(page.getByRole('heading', { name: 'This cannot be loaded' })).toBeVisible();
  await expect(
    page.getByText('This is the part that rank 1 holds, not a model that can be loaded.'),
  ).toHaveCount(1);
  await expect(page.getByRole('radio', { disabled: true })).toHaveCount(12);
});

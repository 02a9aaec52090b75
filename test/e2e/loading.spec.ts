import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { copiedYaml, scenario, showLoading } from './loading-page.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp2_mp4' });

test('rank folders: their own layout as it is, another one in numbers, and what is copied', async ({
  page,
  host,
}) => {
  await showLoading(page);
  await expect(scenario(page, 'Same layout')).toBeChecked();
  await expect(page.getByRole('list', { name: 'Checks' })).toContainText(
    'The layout is the one of the strategy: dp 2 × mp 4.',
  );
  expect(await copiedYaml(page)).toMatchObject({
    load_checkpoint: join(host.folder, 'checkpoint'),
    load_ckpt_format: 'safetensors',
    auto_trans_ckpt: false,
    use_parallel: true,
    remove_redundancy: false,
    parallel_config: { data_parallel: 2, model_parallel: 4, pipeline_stage: 1, vocab_emb_dp: false },
    callbacks: [{ type: 'CheckpointMonitor', prefix: 'llama_tiny' }],
  });
  await expectAccessible(page);

  await scenario(page, 'Other layout').check();
  await expect(page).toHaveURL(/scenario=other-layout/);
  await expect(page.getByText('The layout, dp 4 × mp 2, is a guess: give yours.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Data parallel' }).fill('8');
  await page.getByRole('textbox', { name: 'Model parallel' }).fill('1');
  await expect(page.getByText('The layout to load for: dp 8 × mp 1.')).toBeVisible();
  expect(await copiedYaml(page)).toMatchObject({
    src_strategy_path_or_dir: join(host.folder, 'strategy'),
    auto_trans_ckpt: true,
    parallel_config: { data_parallel: 8, model_parallel: 1, pipeline_stage: 1 },
  });
  await expect(
    page.getByText(`shardscope config ${host.folder} --scenario other-layout --data-parallel 8`),
  ).toBeVisible();

  // The strategy of the run to come takes the place of the numbers.
  await page
    .getByRole('textbox', { name: 'Strategy of the task to come' })
    .fill(join(host.folder, 'strategy'));
  await expect(page.getByText('That is the layout the weights were saved with')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Data parallel' })).toHaveCount(0);
  await page
    .getByRole('textbox', { name: 'Strategy of the task to come' })
    .fill(join(host.folder, 'nothing'));
  await expect(page.getByRole('alert')).toContainText('nothing');

  await page.reload();
  await expect(scenario(page, 'Other layout')).toBeChecked();
  await page.goBack();
  await expect(scenario(page, 'Same layout')).toBeChecked();
});

test('by keyboard, in the dark: scenarios, tabs, and Python', async ({ page, host }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await scenario(page, 'Same layout').focus();
  await page.keyboard.press('ArrowDown');
  await expect(scenario(page, 'Other layout')).toBeChecked();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('heading', { name: 'With a shared disk', level: 2 })).toBeVisible();
  await expectAccessible(page);
  await scenario(page, 'Same layout').check();
  await page.getByRole('tab', { name: 'YAML for MindSpore Transformers' }).focus();
  await page.keyboard.press('ArrowRight');
  const python = page.getByRole('region', { name: 'Python', exact: true });
  await expect(python).toContainText(
    `file = Path("${join(host.folder, 'checkpoint')}") / f"rank_{rank}" / f"llama_tiny_rank_{rank}-1_10.safetensors"`,
  );
  await page.keyboard.press('ArrowRight');
  await expect(python).toContainText('slices[rank] = load_file(file)');
  await expectAccessible(page);
});

test('a step is a click away, and what it wrote is loaded in the same way', async ({ page, host }) => {
  await showLoading(page);
  await scenario(page, 'Several cards').check();
  await page.getByRole('textbox', { name: 'Model parallel' }).fill('2');
  const steps = page.getByRole('region', { name: 'What must be done first' });
  const out = join(host.scratch, 'merged');
  await page.getByRole('textbox', { name: 'Folder for what is written first' }).fill(out);
  await expect(steps).toContainText(`shardscope merge ${host.folder} --out ${out} --weights-only`);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as load_several-cards.yaml' }).click();
  const saved = readFileSync(await (await download).path(), 'utf8');
  expect(saved).toContain(`#    $ shardscope merge ${host.folder} --out ${out} --weights-only`);
  expect(parse(saved, { version: '1.1' })).toMatchObject({ load_checkpoint: out, auto_trans_ckpt: true });

  await steps.getByRole('button', { name: 'Merge' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('textbox', { name: 'Into' })).toHaveValue(out);
  await expect(dialog.getByTitle(/--weights-only/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
  // Beside the view's own name in the left panel: the job that is done.
  await page.getByRole('button', { name: 'How to load it' }).nth(1).click();
  await expect(page).toHaveURL(/path=[^&]*merged/);
  await expect(scenario(page, 'Several cards')).toBeChecked();
  await expect(steps).toHaveCount(0);
  expect(await copiedYaml(page)).toMatchObject({
    load_checkpoint: out,
    parallel_config: { data_parallel: 2, model_parallel: 2, pipeline_stage: 1 },
  });
});

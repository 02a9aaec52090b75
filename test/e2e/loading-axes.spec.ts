import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../cli/run-cli.ts';
import { copiedYaml } from './loading-page.ts';
import { expect, expectAccessible, test } from './support.ts';

test.use({ fixture: 'dp4_mp2_opt2' });

test('three axes: the numbers are filled in, and said to be one reading of the strategy', async ({
  page,
  host,
}) => {
  const strategy = join(host.scratch, 'three_axes.json');
  await runCli(['strategy', 'convert', join(host.folder, 'merged_ckpt_strategy.ckpt'), strategy]);
  // Two axes in the place of the data parallel one: the ranks hold the same slices.
  const text = readFileSync(strategy, 'utf8');
  writeFileSync(strategy, text.replaceAll(/"dev_matrix":\s*\[\s*4,\s*2\s*\]/g, '"dev_matrix": [2, 2, 2]'));

  const place = new URLSearchParams({ path: host.folder, strategy, scenario: 'same-layout' });
  await page.goto(`${host.url}#/loading?${place}`);
  const checks = page.getByRole('list', { name: 'Checks' });
  await expect(checks).toContainText('The layout is the one of the strategy: dp 2 × cp 2 × mp 2.');
  await expect(checks).toContainText('The device matrix [2, 2, 2] does not say which axis is data parallel');
  await expect(page.getByText('one of dp 2 × cp 2 × mp 2 = 8, dp 4 × mp 2 = 8')).toBeVisible();
  expect(await copiedYaml(page)).toMatchObject({
    parallel_config: { data_parallel: 2, model_parallel: 2, context_parallel: 2, pipeline_stage: 1 },
  });
});

test('context and expert parallel of a layout to come are a click away', async ({ page, host }) => {
  await page.goto(
    `${host.url}#/loading?${new URLSearchParams({ path: host.folder, scenario: 'other-layout' })}`,
  );
  const context = page.getByRole('textbox', { name: 'Context parallel' });
  await expect(page.getByRole('textbox', { name: 'Data parallel' })).toHaveValue('8');
  await expect(context).toHaveCount(0);
  const more = page.getByRole('button', { name: 'Context and expert parallel…' });
  await more.press('Enter');
  await expect(more).toBeFocused();
  await expect(more).toHaveAttribute('aria-expanded', 'true');
  await expect(page.getByText('The layout, dp 8 × mp 1, is a guess: give yours.')).toBeVisible();
  await context.fill('2');
  await page.getByRole('textbox', { name: 'Expert parallel' }).fill('4');
  await expect(page.getByText('= 16 ranks')).toBeVisible();
  await expect(page.getByText('The layout to load for: dp 8 × cp 2 × mp 1.')).toBeVisible();
  expect(await copiedYaml(page)).toMatchObject({
    parallel_config: {
      data_parallel: 8,
      model_parallel: 1,
      context_parallel: 2,
      expert_parallel: 4,
      pipeline_stage: 1,
    },
  });
  await expect(page.getByText('--context-parallel 2 --expert-parallel 4')).toBeVisible();
  await expectAccessible(page);
});

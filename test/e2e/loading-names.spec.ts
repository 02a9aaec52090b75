import { copiedYaml, scenario, showLoading } from './loading-page.ts';
import { expect, test } from './support.ts';

test.use({ fixture: 'hf_llama' });

test("Hugging Face's Llama: as it is on one card or several, renamed first where it is cut here", async ({
  page,
  host,
}) => {
  await showLoading(page);
  await expect(scenario(page, 'One card')).toBeChecked();
  expect(await copiedYaml(page)).toMatchObject({
    load_checkpoint: host.folder,
    auto_trans_ckpt: false,
    use_parallel: false,
    callbacks: [{ prefix: 'llama' }],
  });
  await expect(scenario(page, 'Resume')).toBeDisabled();
  await expect(scenario(page, 'Same layout')).toBeDisabled();
  await scenario(page, 'Without a shared disk, cut before').check();
  const steps = page.getByRole('region', { name: 'What must be done first' });
  await expect(steps.getByRole('listitem')).toHaveCount(4);
  await expect(steps).toContainText(
    `shardscope rename ${host.folder} --out ${host.folder}_mindspore --to mindspore`,
  );
  await expect(steps).toContainText(
    `shardscope strategy write --model ${host.folder}_mindspore --data-parallel 2`,
  );
});

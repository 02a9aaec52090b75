import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Expected, fixture, tensorsIn } from './expected.ts';
import { copyFixture, runCli, scratchFolder } from './run-cli.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

async function sameLayout(folder: string, ...options: string[]) {
  const { code, stdout } = await runCli(['config', folder, '--scenario', 'same-layout', ...options]);
  expect(code).toBe(0);
  return { stdout, yaml: parse(stdout, { version: '1.1' }) };
}

test('a dimension cut by several axes: the numbers, and the parameter that they do not say', async () => {
  const { stdout, yaml } = await sameLayout(copyFixture('dp2_mp4_two_axes', scratch.path));
  expect(yaml.parallel_config).toEqual({
    ...{ data_parallel: 2, model_parallel: 4, pipeline_stage: 1, vocab_emb_dp: false },
  });
  expect(stdout).toContain(
    "# Note: 'model.tok_embeddings.embedding_weight' is shared out over data parallel ranks, too. No number of parallel_config says that",
  );
  expect(stdout).not.toContain('EDIT: as in the training');
  expect(stdout).toMatch(/data_parallel: 2 +# times context_parallel, if your training has it/);
});

test('a device matrix of three axes: filled in, marked, with the other reading', async () => {
  const folder = copyFixture('dp4_mp2_opt2', scratch.path);
  const strategy = join(scratch.path, 'three_axes.json');
  await runCli(['strategy', 'convert', join(folder, 'merged_ckpt_strategy.ckpt'), strategy]);
  // The four data parallel ranks as two times two: the same slices.
  const text = readFileSync(strategy, 'utf8');
  const three = text.replaceAll(/"dev_matrix":\s*\[\s*4,\s*2\s*\]/g, '"dev_matrix": [2, 2, 2]');
  expect(three).not.toBe(text);
  writeFileSync(strategy, three);

  const { stdout, yaml } = await sameLayout(folder, '--strategy', strategy);
  expect(yaml.parallel_config).toMatchObject({
    ...{ data_parallel: 2, model_parallel: 2, context_parallel: 2, pipeline_stage: 1 },
  });
  expect(yaml.parallel).toEqual({
    enable_parallel_optimizer: true,
    parallel_optimizer_config: { optimizer_weight_shard_size: 2 },
  });
  expect(stdout).toContain(
    '# EDIT: as in the training that compiled the strategy, one of dp 2 × cp 2 × mp 2 = 8, dp 4 × mp 2 = 8\n',
  );
  expect(stdout).toContain('# Note: The device matrix [2, 2, 2] does not say which axis is data parallel');

  // Another layout is put together from it, and weights merge with it.
  const out = join(scratch.path, 'merged');
  const merge = ['merge', join(folder, 'checkpoint'), '--strategy', strategy, '--out', out, '--quiet'];
  expect(await runCli(merge)).toMatchObject({ code: 0 });
  const { tensors } = fixture<{ tensors: Expected }>('dp4_mp2_opt2/expected.json');
  expect(tensorsIn(join(out, 'part0.safetensors'))).toEqual(tensors);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planRename, type RenameRequest } from '../../shared/plan/rename.ts';
import { readModelConfig } from '../../shared/rename/config.ts';
import { tensorsIn } from '../../test/cli/expected.ts';
import { metadataIn } from '../../test/cli/safetensors-file.ts';
import { executePlan } from './execute.ts';
import { openCheckpoint } from './open/open.ts';
import { poolAndFolder } from './sample-pool.ts';

const FIXTURES = join(import.meta.dirname, '../../test/fixtures');
const HF = join(FIXTURES, 'hf_llama');
const EXPECTED = JSON.parse(readFileSync(join(HF, 'expected.json'), 'utf8'));
const config = readModelConfig(readFileSync(join(HF, 'config.json')));
const { pool, folder } = poolAndFolder();

async function rename(
  source: string,
  name: string,
  request: Partial<RenameRequest> & Pick<RenameRequest, 'to'>,
) {
  const { model } = await openCheckpoint({ path: source }, { pool });
  const plan = planRename(model, { config, qkvConcat: false, maxShardBytes: 2 ** 30, ...request });
  const out = join(folder, name);
  await executePlan(plan, {
    out,
    pool,
    // A small buffer, so that tensors are cut into several tiles.
    memoryBytes: 6 * 1000,
    fsync: false,
    verify: true,
    overwrite: false,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  const files = plan.outputs.map(({ path }) => join(out, path));
  const [first = ''] = files;
  return { out, plan, tensors: tensorsIn(...files), metadata: metadataIn(first) };
}

test('Hugging Face to MindSpore: other names, the same bytes', async () => {
  const { out, plan, tensors, metadata } = await rename(HF, 'ms', { to: 'mindspore' });
  expect(tensors).toEqual(EXPECTED.mindspore);
  expect(metadata).toEqual({ format: 'ms' });
  expect(plan.outputs.map(({ path }) => path)).toEqual(['part0.safetensors']);
  expect(plan.warnings).toEqual([]);
  const map = JSON.parse(readFileSync(join(out, 'param_name_map.json'), 'utf8'));
  expect(Object.keys(map.weight_map).sort()).toEqual(Object.keys(EXPECTED.mindspore).sort());
});

test.each([2 ** 30, 10_000])('joined q/k/v and gate/up, parts of %i bytes', async (maxShardBytes) => {
  const name = `joined-${maxShardBytes}`;
  const { plan, tensors } = await rename(HF, name, { to: 'mindspore', qkvConcat: true, maxShardBytes });
  expect(tensors).toEqual(EXPECTED.mindspore_concatenated);
  // Three pieces for w_qkv, two for w_gate_hidden: never one a row.
  expect(Math.max(...plan.moves.map((move) => move.from.length))).toBe(3);
});

test.each(['ms', 'joined-10000'])('back from %s gives Hugging Face’s names and bytes', async (source) => {
  const back = await rename(join(folder, source), `${source}-back`, {
    to: 'huggingface',
    maxShardBytes: 20_000,
  });
  expect(back.tensors).toEqual(EXPECTED.huggingface);
  expect(back.metadata).toEqual({ format: 'pt' });
  expect(back.plan.outputs.map(({ path }) => path)).toEqual(
    [1, 2, 3].map((i) => `model-0000${i}-of-00003.safetensors`),
  );
  const index = JSON.parse(readFileSync(join(back.out, 'model.safetensors.index.json'), 'utf8'));
  expect(Object.keys(index.weight_map).sort()).toEqual(Object.keys(EXPECTED.huggingface).sort());
});

test('splitting undoes joining, file for file', async () => {
  const again = await rename(join(folder, 'joined-10000-back'), 'again', {
    to: 'mindspore',
    qkvConcat: true,
    maxShardBytes: 10_000,
  });
  for (const { path } of again.plan.outputs)
    expect(readFileSync(join(again.out, path)).equals(readFileSync(join(folder, 'joined-10000', path)))).toBe(
      true,
    );
});

test('rank folders are put together and renamed in one go, optimizer states with their weights', async () => {
  const source = join(FIXTURES, 'dp2_mp2_pp2');
  const heads = { ...config, hiddenSize: 16, attentionHeads: 4, keyValueHeads: 2, headSize: 4, layers: 4 };
  const joined = await rename(join(source, 'checkpoint'), 'from-ranks', {
    to: 'mindspore',
    qkvConcat: true,
    config: heads,
  });
  expect(Object.keys(joined.tensors)).toContain('adam_m.model.layers.3.attention.w_qkv.weight');
  const back = await rename(joined.out, 'from-ranks-back', { to: 'huggingface', config: heads });
  expect(back.plan.warnings).toEqual([
    '5 hyper parameters are left out: a Hugging Face folder has no place for them.',
  ]);
  const { tensors: complete } = JSON.parse(readFileSync(join(source, 'expected.json'), 'utf8'));
  const renamed = await rename(back.out, 'from-ranks-again', { to: 'mindspore', config: heads });
  expect(renamed.tensors).toEqual(complete);
});

test('without config.json the heads are not guessed', async () => {
  const { model } = await openCheckpoint({ path: HF }, { pool });
  const request = { to: 'mindspore', qkvConcat: true, maxShardBytes: 2 ** 30 } as const;
  expect(() => planRename(model, request)).toThrow(/depends on the numbers of heads/);
});

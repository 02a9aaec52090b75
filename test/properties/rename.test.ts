import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { contentsOf, readSafetensors, writeSafetensors } from '../random/files.ts';
import { Jobs, SEED, samples, TIMEOUT } from '../random/jobs.ts';
import { alternatingRows, joinedRows, randomLlama } from '../random/llama.ts';
import type { WholeTensor } from '../random/model.ts';

const jobs = new Jobs();
afterAll(() => jobs.close());

const options = samples(60);

test(
  `renaming to MindSpore and back is the identity, q, k, v joined or not: ${options.numRuns} models, seed ${SEED}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        randomLlama,
        fc.boolean(),
        fc.constantFrom(500, 100_000),
        ({ config, tensors }, qkvConcat, maxShardBytes) =>
          jobs.inFolder(async (folder) => {
            const source = join(folder, 'source');
            mkdirSync(source, { recursive: true });
            writeFileSync(join(source, 'config.json'), JSON.stringify(config));
            writeSafetensors(join(source, 'model.safetensors'), tensors, { format: 'pt' });
            const there = join(folder, 'mindspore');
            const to = 'mindspore';
            const renamed = await jobs.run({
              job: 'rename',
              path: source,
              to,
              qkvConcat,
              maxShardBytes,
              out: there,
            });
            const names = weightsOf(renamed.files);
            if (qkvConcat) expectJoined(names, tensors, Number(config.num_key_value_heads));
            else expect(names).toHaveLength(tensors.length);

            writeFileSync(join(there, 'config.json'), JSON.stringify(config));
            const out = join(folder, 'back');
            const back = await jobs.run({
              job: 'rename',
              path: there,
              to: 'huggingface',
              maxShardBytes,
              out,
            });
            expect(contentsOf(weightsOf(back.files))).toEqual(contentsOf(tensors));
          }),
      ),
      options,
    );
  },
  TIMEOUT,
);

function weightsOf(files: readonly { readonly path: string }[]): WholeTensor[] {
  return files.flatMap(({ path }) => (path.endsWith('.safetensors') ? readSafetensors(path) : []));
}

function expectJoined(
  renamed: readonly WholeTensor[],
  tensors: readonly WholeTensor[],
  keyValueHeads: number,
) {
  const find = (list: readonly WholeTensor[], name: string): WholeTensor => {
    const found = list.find((one) => one.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };
  const hf = (name: string) => find(tensors, `model.layers.0.${name}.weight`);
  const qkv = joinedRows(
    [hf('self_attn.q_proj'), hf('self_attn.k_proj'), hf('self_attn.v_proj')],
    keyValueHeads,
  );
  const whole = (name: string) => Buffer.from(find(renamed, `model.layers.0.${name}.weight`).bytes);
  expect(whole('attention.w_qkv').equals(qkv)).toBe(true);
  const gateUp = alternatingRows([hf('mlp.gate_proj'), hf('mlp.up_proj')]);
  expect(whole('feed_forward.w_gate_hidden').equals(gateUp)).toBe(true);
}

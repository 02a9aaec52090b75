import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import {
  contentsOf,
  rankCount,
  readSafetensors,
  STRATEGY_FORMS,
  slicesOf,
  writeComplete,
  writeStrategy,
} from '../random/files.ts';
import { Jobs, SEED, samples, TIMEOUT } from '../random/jobs.ts';
import { ANY_MODEL, randomModel, strategyOf } from '../random/model.ts';

const jobs = new Jobs();
afterAll(() => jobs.close());

const options = samples(200);

test(
  `slicing gives what the rule says, merging undoes it: ${options.numRuns} layouts, seed ${SEED}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        randomModel(ANY_MODEL),
        fc.constantFrom(...STRATEGY_FORMS),
        fc.constantFrom(200, 100_000),
        fc.boolean(),
        (model, form, maxShardBytes, removeRedundancy) =>
          jobs.inFolder(async (folder) => {
            const strategy = strategyOf(model);
            const complete = join(folder, 'complete');
            writeComplete(complete, model);
            const dstStrategy = writeStrategy(join(folder, 'strategy'), strategy, form);
            const sliced = join(folder, 'sliced');
            await jobs.run({ job: 'slice', path: complete, dstStrategy, removeRedundancy, out: sliced });
            for (let rank = 0; rank < rankCount(strategy); rank++) {
              const held = contentsOf(readSafetensors(join(sliced, `rank_${rank}`, 'net.safetensors')));
              const expected = contentsOf([...slicesOf(model, strategy, rank), ...model.hyper]);
              if (removeRedundancy) expect(expected, `rank ${rank}`).toEqual(expect.arrayContaining(held));
              else expect(held, `rank ${rank}`).toEqual(expected);
            }

            const out = join(folder, 'merged');
            const merged = await jobs.run({
              job: 'merge',
              path: sliced,
              strategy: dstStrategy,
              maxShardBytes,
              out,
            });
            const parts = merged.files
              .map(({ path }) => path)
              .filter((path) => /part\d+\.safetensors$/.test(path));
            expect(contentsOf(parts.flatMap(readSafetensors))).toEqual(contentsOf(model.parameters));
            const hyper = join(out, 'hyper_param.safetensors');
            expect(existsSync(hyper)).toBe(true);
            expect(contentsOf(readSafetensors(hyper))).toEqual(contentsOf(model.hyper));
          }),
      ),
      options,
    );
  },
  TIMEOUT,
);

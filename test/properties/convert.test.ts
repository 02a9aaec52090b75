import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { DTYPE_NAMES, mindSporeNameOf } from '../../shared/dtype.ts';
import {
  contentsOf,
  rankCount,
  rankFileName,
  readSafetensors,
  slicesOf,
  writeRanks,
} from '../random/files.ts';
import { Jobs, SEED, samples, TIMEOUT } from '../random/jobs.ts';
import { ANY_MODEL, randomModel, strategyOf } from '../random/model.ts';

const jobs = new Jobs();
afterAll(() => jobs.close());

const options = samples(60);
const dtypes = DTYPE_NAMES.filter((dtype) => mindSporeNameOf(dtype) !== undefined);

test(
  `safetensors to .ckpt and back is the identity: ${options.numRuns} checkpoints, seed ${SEED}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(randomModel({ ...ANY_MODEL, dtypes }), fc.boolean(), (model, crc) =>
        jobs.inFolder(async (folder) => {
          const strategy = strategyOf(model);
          const path = join(folder, 'source');
          writeRanks(path, model, strategy);
          const there = join(folder, 'ckpt');
          await jobs.run({ job: 'convert', path, to: 'ckpt', crc, out: there });
          const back = join(folder, 'back');
          await jobs.run({ job: 'convert', path: there, to: 'safetensors', crc, out: back });
          for (let rank = 0; rank < rankCount(strategy); rank++) {
            const held = readSafetensors(join(back, `rank_${rank}`, rankFileName(rank)));
            const expected = [...slicesOf(model, strategy, rank), ...model.hyper];
            expect(contentsOf(held), `rank ${rank}`).toEqual(contentsOf(expected));
          }
        }),
      ),
      options,
    );
  },
  TIMEOUT,
);

import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { DTYPE_NAMES, mindSporeNameOf } from '../../shared/dtype.ts';
import type { JobInput } from '../../shared/job-options.ts';
import type { Split } from '../../shared/plan/shares.ts';
import { filesIn, writeSources } from '../random/files.ts';
import { Jobs, SEED, samples, TIMEOUT } from '../random/jobs.ts';
import { ANY_MODEL, randomModel } from '../random/model.ts';

const jobs = new Jobs();
afterAll(() => jobs.close());

const options = samples(40);
const dtypes = DTYPE_NAMES.filter((dtype) => mindSporeNameOf(dtype) !== undefined);

/** All shares of two to five, in any order. */
const shares: fc.Arbitrary<Split[]> = fc.integer({ min: 2, max: 5 }).chain((count) =>
  fc.shuffledSubarray(
    Array.from({ length: count }, (_, i) => ({ index: i + 1, count })),
    { minLength: count },
  ),
);

test(
  `a job done in shares, in any order, gives the files and the report of the whole job: ${options.numRuns} layouts, seed ${SEED}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        randomModel({ ...ANY_MODEL, dtypes, strategies: 2 }),
        fc.constantFrom('merge', 'slice', 'reshard', 'convert'),
        shares,
        fc.nat(),
        (model, job, order, repeated) =>
          jobs.inFolder(async (folder) => {
            const { path, strategy, dstStrategy } = writeSources(folder, model, job);
            const run = (out: string, split?: Split) => {
              const more = { report: true, out, ...(split && { split }) };
              const inputs: Record<typeof job, JobInput> = {
                // Parts small enough that a merge has several to share out.
                merge: { job: 'merge', path, strategy, maxShardBytes: 100, ...more },
                slice: { job: 'slice', path, dstStrategy, ...more },
                reshard: { job: 'reshard', path, strategy, dstStrategy, ...more },
                convert: { job: 'convert', path, to: 'ckpt', ...more },
              };
              return jobs.run(inputs[job]);
            };
            await run(join(folder, 'whole'));
            const shared = join(folder, 'shared');
            for (const share of order) await run(shared, share);
            const again = order[repeated % order.length];
            expect(await run(shared, again), 'repeated').toMatchObject({ alreadyThere: true });
            const whole = filesIn(join(folder, 'whole'));
            const found = filesIn(shared);
            expect([...found.keys()]).toEqual([...whole.keys()]);
            for (const [name, bytes] of whole)
              expect(found.get(name)?.equals(bytes), `${job}: ${name}`).toBe(true);
          }),
      ),
      options,
    );
  },
  TIMEOUT,
);

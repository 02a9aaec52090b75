import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { filesIn, writeSources } from '../random/files.ts';
import { Jobs, SEED, samples, TIMEOUT } from '../random/jobs.ts';
import { ANY_MODEL, randomModel } from '../random/model.ts';

const jobs = new Jobs();
afterAll(() => jobs.close());

const options = samples(60);

test(
  `threads, buffers and verifying change no byte of the output: ${options.numRuns} layouts, seed ${SEED}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        randomModel({ ...ANY_MODEL, strategies: 2 }),
        fc.record({
          threads: fc.integer({ min: 1, max: 2 }),
          // Down to one byte: then every element is a tile of its own.
          memoryBytes: fc.constantFrom(1, 100, 1000, 10_000),
          verify: fc.boolean(),
        }),
        fc.constantFrom('merge', 'slice', 'reshard'),
        (model, settings, job) =>
          jobs.inFolder(async (folder) => {
            const { path, strategy, dstStrategy } = writeSources(folder, model, job);
            const outputs = await Promise.all(
              [{}, settings].map(async (chosen, i) => {
                // Without verifying, a report has no checksums.
                const more = { ...chosen, report: settings.verify };
                const out = join(folder, `out-${i}`);
                if (job === 'merge') await jobs.run({ job, path, strategy, out, ...more });
                else if (job === 'slice') await jobs.run({ job, path, dstStrategy, out, ...more });
                else await jobs.run({ job, path, strategy, dstStrategy, out, ...more });
                return filesIn(out);
              }),
            );
            const [usual, other] = outputs;
            expect([...(other?.keys() ?? [])]).toEqual([...(usual?.keys() ?? [])]);
            for (const [name, bytes] of usual ?? [])
              expect(other?.get(name)?.equals(bytes), `${job}: ${name}`).toBe(true);
          }),
      ),
      options,
    );
  },
  TIMEOUT,
);

import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import {
  contentsOf,
  rankCount,
  rankFileName,
  readSafetensors,
  STRATEGY_FORMS,
  slicesOf,
  writeRanks,
  writeStrategy,
} from '../random/files.ts';
import { Jobs, SEED, samples, TIMEOUT } from '../random/jobs.ts';
import { ANY_MODEL, randomModel, strategyOf } from '../random/model.ts';
import { slicesWithHolders, someReplicas } from '../random/replicas.ts';

const jobs = new Jobs();
afterAll(() => jobs.close());

const options = samples(100);

test(
  `restoring undoes removing redundancy, whoever held the copies: ${options.numRuns} layouts, seed ${SEED}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        randomModel(ANY_MODEL),
        fc.constantFrom(...STRATEGY_FORMS),
        fc.constantFrom('all ranks', 'ranks missing', 'one copy of each slice'),
        fc.nat(),
        (model, form, held, seed) =>
          jobs.inFolder(async (folder) => {
            const strategy = strategyOf(model);
            const source = join(folder, 'source');
            const keeps = someReplicas(model, strategy, held, seed);
            writeRanks(source, model, strategy, keeps);
            const path = writeStrategy(join(folder, 'strategy'), strategy, form);

            const deduped = join(folder, 'deduped');
            await jobs.run({ job: 'dedupe', path: source, strategy: path, out: deduped });
            const names = new Set(model.parameters.map(({ name }) => name));
            const found = ranksOf(deduped, strategy).map((tensors) =>
              tensors.filter(({ name }) => names.has(name)),
            );
            // Every slice lies once, and on a rank that the layout gives it to.
            const kept = [...slicesWithHolders(model, strategy).values()].map(({ name, ranks }) => {
              const keepers = ranks.filter((rank) => found[rank]?.some((one) => one.name === name));
              expect(keepers, `${name} of ranks ${ranks}`).toHaveLength(1);
              return keepers.length;
            });
            expect(kept).toHaveLength(found.flat().length);
            found.forEach((tensors, rank) => {
              const own = new Set(contentsOf(slicesOf(model, strategy, rank)));
              for (const text of contentsOf(tensors)) expect(own, `rank ${rank}`).toContain(text);
            });

            const restored = join(folder, 'restored');
            await jobs.run({ job: 'restore', path: deduped, strategy: path, out: restored });
            ranksOf(restored, strategy).forEach((tensors, rank) => {
              // A rank that was missing gets its slices, and the hyper parameters of another.
              const expected = [...slicesOf(model, strategy, rank), ...model.hyper];
              expect(contentsOf(tensors), `rank ${rank}`).toEqual(contentsOf(expected));
            });
          }),
      ),
      options,
    );
  },
  TIMEOUT,
);

function ranksOf(folder: string, strategy: Parameters<typeof rankCount>[0]) {
  return Array.from({ length: rankCount(strategy) }, (_, rank) =>
    readSafetensors(join(folder, `rank_${rank}`, rankFileName(rank))),
  );
}

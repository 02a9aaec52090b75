import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Strategy } from '../../shared/strategy/strategy.ts';
import {
  contentsOf,
  filesIn,
  rankCount,
  readSafetensors,
  STRATEGY_FORMS,
  slicesOf,
  writeRanks,
  writeStrategy,
} from '../random/files.ts';
import { Jobs, SEED, samples, TIMEOUT } from '../random/jobs.ts';
import { ANY_MODEL, type RandomModel, randomModel, strategyOf } from '../random/model.ts';
import { someReplicas } from '../random/replicas.ts';

const jobs = new Jobs();
afterAll(() => jobs.close());

const options = samples(100);

test(
  `resharding gives what the rule says, and back what there was: ${options.numRuns} pairs of layouts, seed ${SEED}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        randomModel({ ...ANY_MODEL, strategies: 2 }),
        fc.constantFrom(...STRATEGY_FORMS),
        fc.constantFrom('all ranks', 'ranks missing', 'one copy of each slice'),
        fc.nat(),
        (model, form, held, seed) =>
          jobs.inFolder(async (folder) => {
            const [a, b] = [strategyOf(model), strategyOf(model, 1)];
            const source = join(folder, 'a');
            writeRanks(source, model, a, someReplicas(model, a, held, seed));
            const toA = writeStrategy(join(folder, 'strategy_a'), a, form);
            const toB = writeStrategy(join(folder, 'strategy_b'), b, form);
            const there = join(folder, 'b');
            await jobs.run({ job: 'reshard', path: source, strategy: toA, dstStrategy: toB, out: there });
            expectRanks(model, b, there);
            const some = someRanks(b, seed);
            const part = join(folder, 'part');
            await jobs.run({
              ...{ job: 'reshard', path: source, strategy: toA, dstStrategy: toB },
              ...{ ranks: some, out: part },
            });
            const whole = filesIn(there);
            const written = filesIn(part);
            expect([...written.keys()]).toEqual(
              some.map((rank) => join(`rank_${rank}`, 'net.safetensors')).sort(),
            );
            for (const [name, bytes] of written) expect(whole.get(name)?.equals(bytes), name).toBe(true);
            const back = join(folder, 'back');
            await jobs.run({ job: 'reshard', path: there, strategy: toB, dstStrategy: toA, out: back });
            expectRanks(model, a, back);
          }),
      ),
      options,
    );
  },
  TIMEOUT,
);

/** One rank or two of the strategy, ascending. */
function someRanks(strategy: Strategy, seed: number): number[] {
  const count = rankCount(strategy);
  return [...new Set([seed % count, (seed >> 8) % count])].sort((a, b) => a - b);
}

function expectRanks(model: RandomModel, strategy: Strategy, folder: string): void {
  for (let rank = 0; rank < rankCount(strategy); rank++) {
    const held = readSafetensors(join(folder, `rank_${rank}`, 'net.safetensors'));
    expect(contentsOf(held), `rank ${rank}`).toEqual(
      contentsOf([...slicesOf(model, strategy, rank), ...model.hyper]),
    );
  }
}

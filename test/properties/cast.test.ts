import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Cast } from '../../electron/engine/cast/cast.ts';
import { bitsOf } from '../../shared/dtype.ts';
import { CAST_TARGETS, type CastTarget, isCastSource } from '../../shared/plan/cast.ts';
import { contentsOf, readSafetensors, writeRanks, writeStrategy } from '../random/files.ts';
import { Jobs, SEED, samples, TIMEOUT } from '../random/jobs.ts';
import { ANY_MODEL, randomModel, strategyOf, type WholeTensor } from '../random/model.ts';

const jobs = new Jobs();
afterAll(() => jobs.close());

const options = samples(100);

/** A whole tensor cast at once, by kernels that `cast.test.ts` holds to NumPy's; what they met is added up. */
function castWhole(
  tensor: WholeTensor,
  to: CastTarget,
  met: { nans: number; overflows: number },
): WholeTensor {
  const { dtype, bytes } = tensor;
  if (!isCastSource(dtype) || dtype === to || bytes.length === 0)
    return { ...tensor, dtype: isCastSource(dtype) ? to : dtype };
  const memory = new Uint8Array(bytes.length + (bytes.length / bitsOf(dtype)) * bitsOf(to));
  memory.set(bytes);
  const counts = new Cast(dtype, to).convert(memory, 0, bytes.length, bytes.length);
  met.nans += counts.nans;
  met.overflows += counts.overflows;
  return { ...tensor, dtype: to, bytes: memory.subarray(bytes.length) };
}

test(
  `merging with a cast is merging, then casting: ${options.numRuns} layouts, seed ${SEED}`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        // Bytes and doubles among them: so values lie at odd addresses.
        randomModel({
          ...ANY_MODEL,
          dtypes: ['F64', 'F32', 'F16', 'BF16', 'U8', 'I64'],
          names: ANY_MODEL.names.filter((name) => !name.startsWith('adam')),
        }),
        fc.constantFrom(...CAST_TARGETS),
        fc.constantFrom(undefined, 64, 1000),
        (model, dtype, memoryBytes) =>
          jobs.inFolder(async (folder) => {
            const strategy = strategyOf(model);
            writeRanks(join(folder, 'ranks'), model, strategy);
            const merged = await jobs.run({
              job: 'merge',
              path: join(folder, 'ranks'),
              strategy: writeStrategy(join(folder, 'strategy'), strategy, 'ranks'),
              out: join(folder, 'merged'),
              dtype,
              ...(memoryBytes !== undefined && { memoryBytes }),
            });
            const met = { nans: 0, overflows: 0 };
            const expected = model.parameters.map((tensor) => castWhole(tensor, dtype, met));
            const parts = merged.files.filter(({ path }) => /part\d+\.safetensors$/.test(path));
            expect(contentsOf(parts.flatMap(({ path }) => readSafetensors(path)))).toEqual(
              contentsOf(expected),
            );
            expect(merged.casts ?? { nans: 0, overflows: 0 }).toMatchObject(met);
          }),
      ),
      options,
    );
  },
  TIMEOUT,
);

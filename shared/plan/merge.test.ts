import { describe, expect, test } from 'vitest';
import type { Dtype } from '../dtype.ts';
import { buildModel, type WeightFile } from '../model.ts';
import { readSafetensorsHeader } from '../safetensors/open-header.ts';
import { completeModel, distributedModel, layoutOf, type Stored, weightFile } from '../table/sample-model.ts';
import { castFacts, castWarnings } from './cast.ts';
import { type MergeRequest, planMerge } from './merge.ts';
import type { Plan } from './plan.ts';

const REQUEST: MergeRequest = {
  names: 'mindspore',
  maxShardBytes: 2 ** 40,
  filterOutParamPrefix: [],
  weightsOnly: false,
  failOnOverflow: false,
  complete: true,
};

const STATE = ['adam_m.', 'adam_v.', 'state.exp_avg.'];
const model = completeModel([
  ...['model.a.weight', 'model.b.weight', 'model.b.bias', 'lm_head.weight'].flatMap((name): Stored[] => [
    [name, 'F32', [4, 8]],
    ...STATE.map((prefix): Stored => [`${prefix}${name}`, 'F32', [4, 8]]),
  ]),
  ['positions', 'I64', [8]],
  ['scale', 'F64', []],
  ['half', 'F16', [3]],
]);

function outputs(plan: Plan): Record<string, Dtype> {
  return Object.fromEntries(plan.moves.flatMap(({ to }) => to.map(({ tensor, dtype }) => [tensor, dtype])));
}

const names = (request: Partial<MergeRequest>) =>
  Object.keys(outputs(planMerge(model, { ...REQUEST, ...request }))).sort();

test('any number of tensors goes into one file', () => {
  const names = Array.from({ length: 150_000 }, (_, i): Stored => [`experts.${i}.w`, 'U8', [1]]);
  expect(planMerge(completeModel(names), REQUEST).moves).toHaveLength(150_000);
});

describe('what is left out', () => {
  test('weights only: the state of every optimizer goes, whatever its prefix', () => {
    expect(names({ weightsOnly: true })).toEqual([
      'half',
      'lm_head.weight',
      'model.a.weight',
      'model.b.bias',
      'model.b.weight',
      'positions',
      'scale',
    ]);
  });

  test('prefixes, a pattern and weights only add up', () => {
    expect(
      names({ weightsOnly: true, filterOutParamPrefix: ['lm_', 'pos'], filterOutRegex: '\\.bias$|^half$' }),
    ).toEqual(['model.a.weight', 'model.b.weight', 'scale']);
    expect(names({ filterOutParamPrefix: ['adam_', 'state.', 'model'], filterOutRegex: 'a' })).toEqual([
      'positions',
    ]);
  });

  test('a pattern that takes other engines hours is quick', () => {
    const long = completeModel([[`${'a'.repeat(5000)}!`, 'F32', [1]]]);
    const plan = planMerge(long, { ...REQUEST, filterOutRegex: '(a+)+$' });
    expect(plan.moves).toHaveLength(1);
  });

  test('nothing left is refused', () => {
    expect(() => planMerge(model, { ...REQUEST, filterOutRegex: '.' })).toThrow(/no tensor is left to merge/);
  });
});

describe('dtype', () => {
  test('weights are cast; optimizer state and what cannot be cast keep theirs and are listed', () => {
    const plan = planMerge(model, { ...REQUEST, dtype: 'BF16' });
    expect(outputs(plan)).toMatchObject({
      'model.a.weight': 'BF16',
      'adam_m.model.a.weight': 'F32',
      positions: 'I64',
      scale: 'BF16',
      half: 'BF16',
    });
    expect(plan.warnings).toEqual([
      "Tensors of I64 cannot be cast and stay as they are: 'positions'.",
      expect.stringMatching(/^Only weights are cast: optimizer state \(12 tensors\) stays/),
    ]);
    expect(castFacts(plan).sort()).toEqual([
      'Casts 1 tensor from F16 to BF16.',
      'Casts 1 tensor from F64 to BF16.',
      'Casts 4 tensors from F32 to BF16.',
    ]);
  });

  test('files have the sizes of what is written, parts are cut by them', () => {
    const request = { ...REQUEST, names: 'huggingface', weightsOnly: true, maxShardBytes: 128 } as const;
    const before = planMerge(model, request);
    const after = planMerge(model, { ...request, dtype: 'BF16' });
    expect([before.outputs.length, after.outputs.length]).toEqual([6, 4]);
    for (const { outputs: files, moves } of [before, after]) {
      files.forEach(({ size, literals }, file) => {
        const data = moves.flatMap(({ to }) => to.filter((piece) => piece.file === file));
        const end = Math.max(...data.map(({ offset, byteLength }) => offset + byteLength));
        expect(end).toBe(size);
        expect(data.reduce((sum, { byteLength }) => sum + byteLength, literals[0]?.bytes.length ?? 0)).toBe(
          size,
        );
      });
    }
    expect(JSON.parse(after.texts[0]?.text ?? '').metadata.total_size).toBe(4 * 64 + 64 + 2 + 6);
  });

  test('what has the dtype already is copied, not cast', () => {
    const plan = planMerge(model, { ...REQUEST, dtype: 'F32', weightsOnly: true });
    const pairs = plan.moves.map(({ from, to }) => `${from[0]?.dtype} ${to[0]?.dtype}`);
    expect(pairs.sort()).toEqual([
      'F16 F32',
      'F32 F32',
      'F32 F32',
      'F32 F32',
      'F32 F32',
      'F64 F32',
      'I64 I64',
    ]);
  });

  test('slices of ranks are cast on their way, hyper parameters are not', () => {
    const { model: distributed } = distributedModel();
    const plan = planMerge(distributed, { ...REQUEST, complete: false, dtype: 'F16' });
    const written = outputs(plan);
    expect(written['model.norm_out.weight']).toBe('F16');
    const hyper = plan.outputs.findIndex(({ path }) => path === 'hyper_param.safetensors');
    const kept = plan.moves.filter(({ to }) => to[0]?.file === hyper);
    expect(kept.length).toBeGreaterThan(0);
    for (const { from, to } of kept) expect(to[0]?.dtype).toBe(from[0]?.dtype);
  });
});

describe('ranks', () => {
  const file = (rank: number, more: readonly Stored[], metadata: Record<string, string>) => {
    const { header, ...rest } = weightFile(
      `/rank_${rank}/net.safetensors`,
      [['w', 'I8', [2]], ['epoch', 'I32', []], ...more],
      rank,
    );
    return { ...rest, header: { ...header, metadata: new Map(Object.entries(metadata)) } };
  };
  const strategy = { stages: [new Map([['w', layoutOf([2], [0])]])], devicesPerStage: 2 };
  const ofRanks = (...files: WeightFile[]) => buildModel(files, { strategy, complete: false });
  const merged = (request: Partial<MergeRequest> = {}) =>
    planMerge(
      ofRanks(
        file(0, [], { format: 'ms', crc_num: '123', remove_redundancy: 'True', note: 'kept', w: 'Int4' }),
        file(1, [['scale', 'F32', []]], { format: 'ms', note: 'not this one' }),
      ),
      { ...REQUEST, complete: false, ...request },
    );

  test('hyper parameters are those of the lowest rank; what only another has is told', () => {
    const plan = merged();
    const hyper = plan.moves.filter(({ to }) => to[0]?.tensor !== 'w');
    expect(hyper.map(({ from }) => from.map(({ tensor, rank }) => [tensor, rank]))).toEqual([[['epoch', 0]]]);
    expect(plan.warnings).toEqual(["'scale' is neither in the strategy nor on rank 0 and is left out."]);
  });

  test('a prefix leaves hyper parameters out, too', () => {
    const plan = merged({ filterOutParamPrefix: ['epoch', 'scale'] });
    expect(plan.outputs.map(({ path }) => path)).toEqual(['part0.safetensors']);
    expect(plan.warnings).toEqual([]);
  });

  test("the first rank's metadata go along, but for what is true of its file only; a mark goes with its tensor", () => {
    const metadataOf = ({ literals, size }: Plan['outputs'][number]) => {
      const bytes = literals[0]?.bytes ?? new Uint8Array();
      return Object.fromEntries(
        readSafetensorsHeader((at, length) => bytes.subarray(at, at + length), size).metadata,
      );
    };
    expect(merged().outputs.map(metadataOf)).toEqual([
      { format: 'ms', note: 'kept', w: 'Int4' },
      { format: 'ms', note: 'kept' },
    ]);
  });
});

test('complete weights may lie in files of any size', () => {
  const files = [0, 1].map((i) => weightFile(`/data/part${i}.safetensors`, [[`w${i}`, 'BF16', [2, 2]]]));
  const plan = planMerge(buildModel(files, { complete: true }), REQUEST);
  expect(plan.outputs).toHaveLength(1);
  expect(plan.moves.map(({ from }) => from[0]?.file)).toEqual([0, 1]);
});

test('casts are told as a total and the tensors named', () => {
  const tensor = { tensor: 'w', from: 'F32', to: 'F16', nans: 1, overflows: 2 } as const;
  const first = { index: [0, 5], value: 70_000 };
  expect(
    castWarnings({ nans: 4, overflows: 2, tensorCount: 2, tensors: [{ ...tensor, firstOverflow: first }] }),
  ).toEqual([
    'Casting, in 2 tensors: 2 values became infinite, too large for the new dtype; 4 NaN stayed NaN; the first 1 of them:',
    "'w', F32 to F16: 2 infinite, first [0, 5] = 70000; 1 NaN.",
  ]);
  expect(castWarnings({ nans: 0, overflows: 0, tensorCount: 0, tensors: [] })).toEqual([]);
});

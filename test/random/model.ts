import fc from 'fast-check';
import { pseudoRandom } from '../../electron/engine/sample-plan.ts';
import { bitsOf, DTYPE_NAMES, type Dtype } from '../../shared/dtype.ts';
import type { Layout, Strategy } from '../../shared/strategy/strategy.ts';
import { type LayoutRules, layoutOver, type RandomLayout } from './layouts.ts';

/** For tests: small random models with random bytes, and strategies that can cut them. */

export interface WholeTensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Row-major, as in a file. */
  readonly bytes: Uint8Array;
}

export interface RandomModel {
  readonly parameters: readonly WholeTensor[];
  /** What training stores beside the parameters; in no strategy. */
  readonly hyper: readonly WholeTensor[];
  /** As many as were asked for, each able to cut every parameter. */
  readonly strategies: readonly Strategy[];
}

/** Throws where fewer strategies were asked for: a property that goes on without one holds of nothing. */
export function strategyOf({ strategies }: RandomModel, index = 0): Strategy {
  const strategy = strategies[index];
  if (!strategy) throw new RangeError(`the model has ${strategies.length} strategies`);
  return strategy;
}

export interface ModelRules extends LayoutRules {
  readonly strategies: number;
  readonly dtypes: readonly Dtype[];
  readonly names: readonly string[];
  readonly minDimensions: number;
  readonly maxDimensions: number;
  /** Tensors without an element (a dimension of 0). */
  readonly empty: boolean;
  /** A parameter may lie in several stages, cut differently in each. */
  readonly tied: boolean;
  /** Devices of a stage, the likely ones several times. */
  readonly devices: readonly number[];
  readonly maxStages: number;
}

export const ANY_MODEL: ModelRules = {
  strategies: 1,
  dtypes: DTYPE_NAMES,
  names: [
    'model.layers.0.attention.wq.weight',
    'model.layers.10.attention.wq.weight',
    'model.layers.2.attention.wq.weight',
    'adam_m.model.layers.0.attention.wq.weight',
    'lm_head.weight',
    'a-b',
    '0-a-b',
    'w',
    '__proto__',
    'constructor',
    '嵌入.𝄞 "weight"',
    'a/../b\\c',
    '3.7',
  ],
  minDimensions: 0,
  maxDimensions: 4,
  devices: [1, 2, 2, 3, 4, 4, 6, 8, 8, 12],
  empty: true,
  tied: true,
  maxStages: 3,
  odd: true,
};

/** Layouts of one parameter in one strategy: per stage that has it. */
type StageLayouts = readonly { readonly stage: number; readonly cut: RandomLayout }[];

interface Draft {
  readonly name: string;
  readonly dtype: Dtype;
  readonly dimensions: number;
  /** Per dimension: elements of the smallest slice. */
  readonly grain: readonly number[];
  /** Per strategy. */
  readonly layouts: readonly StageLayouts[];
}

interface Frame {
  readonly devices: number;
  readonly stages: number;
}

export function randomModel(rules: ModelRules): fc.Arbitrary<RandomModel> {
  const frame = fc.record({
    devices: fc.constantFrom(...rules.devices),
    stages: fc.integer({ min: 1, max: rules.maxStages }),
  });
  return fc
    .record({
      frames: fc.array(frame, { minLength: rules.strategies, maxLength: rules.strategies }),
      names: fc.shuffledSubarray([...rules.names], { minLength: 3, maxLength: 6 }),
    })
    .chain(({ frames, names }) =>
      fc.record({
        frames: fc.constant(frames),
        drafts: fc.tuple(...names.map((name, i) => parameter(name, i, names.length, frames, rules))),
        seed: fc.nat(),
      }),
    )
    .map(({ frames, drafts, seed }) => modelFrom(frames, drafts, seed));
}

function parameter(
  name: string,
  index: number,
  count: number,
  frames: readonly Frame[],
  rules: ModelRules,
): fc.Arbitrary<Draft> {
  return fc
    .record({
      dtype: fc.constantFrom(...rules.dtypes),
      dimensions: fc.integer({ min: rules.minDimensions, max: rules.maxDimensions }),
    })
    .chain(({ dtype, dimensions: wanted }) => {
      // A packed scalar is half a byte.
      const dimensions = bitsOf(dtype) < 8 ? Math.max(1, wanted) : wanted;
      const size = rules.empty
        ? fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 3 }) }, fc.constant(0))
        : fc.integer({ min: 1, max: 3 });
      return fc.record({
        name: fc.constant(name),
        dtype: fc.constant(dtype),
        dimensions: fc.constant(dimensions),
        grain: fc.array(size, { minLength: dimensions, maxLength: dimensions }),
        layouts: fc.tuple(
          ...frames.map((frame) => stageLayouts(frame, dimensions, stagesOf(index, count, frame), rules)),
        ),
      });
    });
}

/** Each stage has a parameter: the i-th goes to stage i, the others turn by turn. */
function stagesOf(index: number, count: number, { stages }: Frame): number[] {
  const own = Array.from({ length: stages }, (_, stage) => stage).filter((stage) => stage % count === index);
  return own.length > 0 ? own : [index % stages];
}

function stageLayouts(
  { devices, stages }: Frame,
  dimensions: number,
  own: readonly number[],
  rules: ModelRules,
): fc.Arbitrary<StageLayouts> {
  const others = Array.from({ length: stages }, (_, stage) => stage).filter((stage) => !own.includes(stage));
  const also = rules.tied
    ? fc.oneof({ weight: 3, arbitrary: fc.constant<number[]>([]) }, fc.subarray(others))
    : fc.constant<number[]>([]);
  return also.chain((tied) =>
    fc.tuple(
      ...[...own, ...tied]
        .sort((a, b) => a - b)
        .map((stage) => layoutOver(devices, dimensions, rules).map((cut) => ({ stage, cut }))),
    ),
  );
}

function modelFrom(frames: readonly Frame[], drafts: readonly Draft[], seed: number): RandomModel {
  const random = pseudoRandom(seed * 2 + 1);
  const tensor = (name: string, dtype: Dtype, shape: readonly number[]): WholeTensor => {
    const bytes = random((shape.reduce((product, n) => product * n, 1) * bitsOf(dtype)) / 8);
    return { name, dtype, shape, bytes: dtype === 'BOOL' ? bytes.map((byte) => byte & 1) : bytes };
  };
  return {
    parameters: drafts.map((draft) => tensor(draft.name, draft.dtype, shapeOf(draft))),
    hyper: [
      tensor('epoch_num', 'I32', []),
      tensor('global_step', 'I32', [1]),
      tensor('learning_rate', 'F32', [1]),
    ],
    strategies: frames.map(({ devices, stages }, s) => ({
      devicesPerStage: devices,
      stages: Array.from({ length: stages }, (_, stage) => {
        const layouts = new Map<string, Layout>();
        for (const { name, layouts: perStrategy } of drafts) {
          const found = perStrategy[s]?.find((one) => one.stage === stage);
          if (found) layouts.set(name, found.cut.layout);
        }
        return layouts;
      }),
    })),
  };
}

/** The smallest shape that every layout cuts evenly, times the grain. A packed dtype is cut at whole bytes. */
function shapeOf({ dtype, grain, layouts }: Draft): number[] {
  return grain.map((size, d) => {
    const parts = layouts.flat().map(({ cut }) => cut.parts[d] ?? 1);
    const packed = bitsOf(dtype) < 8 && d === grain.length - 1 ? 4 : 1;
    return size * packed * parts.reduce(leastCommonMultiple, 1);
  });
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y > 0) [x, y] = [y, x % y];
  return (a / x) * b;
}

import { expect, test, vi } from 'vitest';
import type { WeightHeader } from '../checkpoint.ts';
import { asFault } from '../errors.ts';
import { buildModel } from '../model.ts';
import { distributedModel, layoutOf, type Stored, weightFile } from '../table/sample-model.ts';
import { checkPlan } from './check.ts';
import { type MergeRequest, planMerge } from './merge.ts';
import type { Piece } from './piece.ts';
import type { Move, Plan } from './plan.ts';
import { planRankFolders } from './rank-folders.ts';

const { model, strategy } = distributedModel();
const mergeRequest: MergeRequest = {
  ...{ names: 'mindspore', maxShardBytes: 2 ** 28, filterOutParamPrefix: [] },
  ...{ weightsOnly: false, failOnOverflow: false, complete: false },
};
const merge = planMerge(model, mergeRequest);
const reshard = planRankFolders(model, {
  ...{ job: 'reshard', target: strategy, removeRedundancy: false, hyper: 'lowest' },
  fileName: (rank) => `rank_${rank}/net.safetensors`,
});

test('plans as they are made hold', () => {
  expect(() => checkPlan(merge, model)).not.toThrow();
  expect(() => checkPlan(reshard, model)).not.toThrow();
});

test('1,024 ranks of 1,000 tensors: the parts of each tensor are asked for once, each header is listed once', () => {
  const names = Array.from({ length: 1000 }, (_, i) => `layers.${i}.weight`);
  const stored = names.map((name): Stored => [name, 'BF16', [16, 16]]);
  const first = weightFile('/c/rank_0/a.safetensors', stored, 0);
  let listed = 0;
  const header: WeightHeader = {
    ...first.header,
    get tensors() {
      listed++;
      return first.header.tensors;
    },
  };
  // Ranks of a stage share a header, as when they are read.
  const files = Array.from({ length: 1024 }, (_, rank) => ({ ...first, header, rank }));
  const stage = new Map(names.map((name) => [name, layoutOf([128, 8], [0, -1])]));
  const many = buildModel(files, { complete: false, strategy: { stages: [stage], devicesPerStage: 1024 } });
  const plan = planMerge(many, mergeRequest);
  expect(plan.moves.map(({ from }) => from.length)).toEqual(names.map(() => 8));
  const asked = vi.spyOn(many, 'pieces');
  listed = 0;
  checkPlan(plan, many);
  expect(asked).toHaveBeenCalledTimes(1000);
  expect(listed).toBe(1);
});

const A = 'model.layers.0.attention.wq.weight';
const B = 'model.layers.1.attention.wq.weight';
const moveOf = ({ moves }: Plan, tensor: string): Move => {
  const found = moves.find(({ to }) => to[0]?.tensor === tensor);
  if (!found) throw new RangeError(tensor);
  return found;
};
/** The plan with a move changed. */
const changed = (plan: Plan, tensor: string, edit: (move: Move) => Partial<Move>): Plan => ({
  ...plan,
  moves: plan.moves.map((move) => (move === moveOf(plan, tensor) ? { ...move, ...edit(move) } : move)),
});
/** The plan with all slices of a tensor in one move, of which some can be taken for others. */
const joined = (plan: Plan): Plan => {
  const names = new Set(plan.moves.map(({ to }) => to[0]?.tensor));
  const all = [...names].map((name) => plan.moves.filter(({ to }) => to[0]?.tensor === name));
  return {
    ...plan,
    moves: all.map((moves) => ({
      from: moves.flatMap(({ from }) => from),
      to: moves.flatMap(({ to }) => to),
    })),
  };
};
/** Two pieces that take from each other what `edit` says. */
const swapped = (pieces: readonly Piece[], edit: (own: Piece, other: Piece) => Piece): Piece[] => {
  const [a, b, ...rest] = pieces;
  if (!a || !b) throw new RangeError('two pieces');
  return [edit(a, b), edit(b, a), ...rest];
};

const MUTATIONS: [string, (plan: Plan) => Plan][] = [
  [
    'two equal tensors are swapped',
    (plan) => {
      const { from: ofA } = moveOf(plan, A);
      const { from: ofB } = moveOf(plan, B);
      return changed(
        changed(plan, A, () => ({ from: ofB })),
        B,
        () => ({ from: ofA }),
      );
    },
  ],
  [
    'two equal tensors are swapped under each other’s names',
    (plan) => {
      const named = (pieces: readonly Piece[], tensor: string) =>
        pieces.map((piece) => ({ ...piece, tensor }));
      const { from: ofA } = moveOf(plan, A);
      const { from: ofB } = moveOf(plan, B);
      const first = changed(plan, A, () => ({ from: named(ofB, A) }));
      return changed(first, B, () => ({ from: named(ofA, B) }));
    },
  ],
  [
    'two equal tensors go to each other’s places',
    (plan) => {
      const { to: toA } = moveOf(plan, A);
      const { to: toB } = moveOf(plan, B);
      const place = (own: readonly Piece[], other: readonly Piece[]) =>
        own.map((piece, i) => ({ ...piece, file: other[i]?.file ?? 0, offset: other[i]?.offset ?? 0 }));
      const first = changed(plan, A, () => ({ to: place(toA, toB) }));
      return changed(first, B, () => ({ to: place(toB, toA) }));
    },
  ],
  [
    'two ranks’ files are swapped',
    (plan) =>
      changed(plan, A, ({ from }) => ({ from: swapped(from, (own, { file }) => ({ ...own, file })) })),
  ],
  [
    'two ranks’ boxes are swapped',
    (plan) => changed(plan, A, ({ from }) => ({ from: swapped(from, (own, { box }) => ({ ...own, box })) })),
  ],
  [
    'a slice is read a row later',
    (plan) =>
      changed(plan, A, ({ from }) => ({
        from: from.map((piece, i) => (i === 0 ? { ...piece, offset: piece.offset + 7168 } : piece)),
      })),
  ],
  [
    'a dtype is another in the output',
    (plan) =>
      changed(plan, A, ({ to }) => ({ to: to.map((piece) => ({ ...piece, dtype: 'F16' as const })) })),
  ],
  [
    'a dtype is another in the source',
    (plan) =>
      changed(plan, A, ({ from }) => ({ from: from.map((piece) => ({ ...piece, dtype: 'F16' as const })) })),
  ],
  [
    'rows behind the end of a slice are read',
    (plan) =>
      changed(plan, A, ({ from }) => ({
        from: from.map((piece) => ({
          ...piece,
          offset: piece.offset + piece.byteLength,
          byteLength: piece.byteLength / 2,
        })),
      })),
  ],
];

test.each(MUTATIONS)('found in a merge before anything is written: %s', (_, mutate) => {
  expect(faultOf(mutate(merge))).toMatchObject({ code: 'INTERNAL', tensor: expect.stringMatching(/wq/) });
});

test.each(MUTATIONS)('found in a reshard before anything is written: %s', (_, mutate) => {
  expect(faultOf(mutate(joined(reshard)))).toMatchObject({
    code: 'INTERNAL',
    tensor: expect.stringMatching(/wq/),
  });
});

function faultOf(plan: Plan) {
  try {
    checkPlan(plan, model);
  } catch (error) {
    return asFault(error);
  }
  return undefined;
}

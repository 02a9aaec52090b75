import type { Problem } from '../checkpoint.ts';
import { asFault } from '../errors.ts';
import { statedShape } from '../layout/layout.ts';
import type { Model, ModelTensor } from '../model.ts';
import { escapeText } from '../text/escape.ts';
import { rankList } from '../text/ranks.ts';
import { formatCount } from '../text/units.ts';
import type { BoxCache } from './boxes.ts';
import { type ModelOptions, numericShape } from './build.ts';
import { isUneven } from './pieces.ts';

/** What the files and the strategy say about each other, as data. Costs a few checks per distinct header. */
export function problemsOf(model: Model, boxes: BoxCache, options: ModelOptions): Problem[] {
  const problems: Problem[] = [];
  problems.push(...conflicts(model));
  if (options.complete) problems.push(...storedTwice(model));
  if (options.strategy) {
    problems.push(...gaps(model, boxes, options.strategy.devicesPerStage));
    problems.push(...strangers(model, options.strategy.stages));
  }
  return problems;
}

/** Ranks that disagree about a tensor's dtype, or whose slices do not come to one whole. */
function conflicts(model: Model): Problem[] {
  const problems: Problem[] = [];
  for (const tensor of model.tensors) {
    const [first] = tensor.holders;
    // Equal headers share their StoredTensor objects, so this loop compares pointers nearly always.
    const odd = tensor.holders.find(
      (holder) => holder.stored !== first?.stored && differs(first?.stored, holder.stored, tensor),
    );
    if (!odd) continue;
    try {
      model.pieces(tensor);
    } catch (error) {
      const { code, message, advice, file, rank } = asFault(error);
      problems.push({
        code,
        severity: 'error',
        message,
        advice,
        tensor: tensor.name,
        ...(file !== undefined && { file }),
        ...(rank !== undefined && { rank }),
      });
    }
    if (problems.length >= MAX_LISTED) break;
  }
  return problems;
}

/** Problems of one kind that are listed one by one; a wrong strategy would give one per tensor. */
const MAX_LISTED = 20;

function differs(
  a: { dtype: string; shape: readonly unknown[] } | undefined,
  b: { dtype: string; shape: readonly unknown[] },
  tensor: ModelTensor,
): boolean {
  if (!a || a.dtype !== b.dtype) return true;
  // Stages may cut a tied tensor differently; only pieces() can tell whether that is right.
  if (tensor.layouts.length > 1) return true;
  return a.shape.length !== b.shape.length || a.shape.some((dim, d) => dim !== b.shape[d]);
}

function storedTwice(model: Model): Problem[] {
  const twice = model.tensors.filter((tensor) => tensor.holders.length > 1);
  const [first] = twice;
  if (!first) return [];
  const file = model.files[first.holders[1]?.file ?? 0]?.path;
  return [
    {
      code: 'IX_MISMATCH',
      severity: 'warning',
      message:
        twice.length === 1
          ? `'${escapeText(first.name)}' lies in two files`
          : `${formatCount(twice.length)} tensors lie in two files, first '${escapeText(first.name)}'`,
      advice: 'Loaders read the file that the index names; remove the other copy.',
      tensor: first.name,
      ...(file !== undefined && { file }),
    },
  ];
}

/** Tensors with slices that no rank holds. Replicas may stand in for missing ranks, so this looks at boxes. */
function gaps(model: Model, boxes: BoxCache, devicesPerStage: number): Problem[] {
  const problems: Problem[] = [];
  const uncovered: ModelTensor[] = [];
  const layoutFaults: Problem[] = [];
  const lacking = new Set<number>();
  for (const tensor of model.tensors) {
    if (tensor.layouts.length === 0) continue;
    const shape = numericShape(tensor);
    if (!shape) continue;
    try {
      const missing = missingRanks(tensor, shape, model, boxes, devicesPerStage);
      if (missing.length === 0) continue;
      uncovered.push(tensor);
      for (const rank of missing) lacking.add(rank);
    } catch (error) {
      const { code, message, advice } = asFault(error);
      if (layoutFaults.length < MAX_LISTED) {
        layoutFaults.push({ code, severity: 'error', message, advice, tensor: tensor.name });
      }
    }
  }
  const [first] = uncovered;
  if (first) {
    const ranks = [...lacking].sort((a, b) => a - b);
    problems.push({
      code: 'SG_COVERAGE',
      severity: 'error',
      message:
        uncovered.length === 1
          ? `'${escapeText(first.name)}' cannot be put together: slices that ${rankList(ranks)} should hold are in no file`
          : `${formatCount(uncovered.length)} tensors cannot be put together: slices that ${rankList(ranks)} should hold are in no file, first of '${escapeText(first.name)}'`,
      advice: 'Add the missing rank folders, or open a save that has them.',
      tensor: first.name,
    });
  }
  const uneven = model.tensors.filter((tensor) => tensor.layouts.some(({ layout }) => isUneven(layout)));
  if (uneven[0]) {
    problems.push({
      code: 'UNEVEN_SPLIT',
      severity: 'warning',
      message:
        uneven.length === 1
          ? `'${escapeText(uneven[0].name)}' is split unevenly by hand`
          : `${formatCount(uneven.length)} tensors are split unevenly by hand, first '${escapeText(uneven[0].name)}'`,
      advice: 'What is split so can be looked at, but not merged.',
      tensor: uneven[0].name,
    });
  }
  return [...layoutFaults, ...problems, ...misstated(model)];
}

/** Shapes that the strategy itself says, and the files contradict. */
function misstated(model: Model): Problem[] {
  const contradicted = model.tensors.flatMap((tensor) => {
    const shapes = tensor.layouts.map(({ layout }) => statedShape(layout)?.join(', '));
    const stated = shapes.find((shape) => shape !== undefined && shape !== tensor.shape.join(', '));
    return stated === undefined ? [] : [{ tensor, stated }];
  });
  const [first] = contradicted;
  if (!first) return [];
  const { tensor, stated } = first;
  return [
    {
      code: 'SG_SHAPE',
      severity: 'error',
      message:
        contradicted.length === 1
          ? `'${escapeText(tensor.name)}' has another shape than the strategy says: [${stated}] by the strategy, [${tensor.shape.join(', ')}] by the files`
          : `${formatCount(contradicted.length)} tensors have another shape than the strategy says, first '${escapeText(tensor.name)}': [${stated}] by the strategy, [${tensor.shape.join(', ')}] by the files`,
      advice: 'This can be looked at, but not merged. Name the strategy that these weights were saved with.',
      tensor: tensor.name,
    },
  ];
}

/** Ranks whose slice of the tensor nobody holds; empty when one stage's holders cover the whole tensor. */
export function missingRanks(
  tensor: ModelTensor,
  shape: readonly number[],
  model: Model,
  boxes: BoxCache,
  devicesPerStage: number,
): number[] {
  let fewest: number[] | undefined;
  for (const { stage, layout } of tensor.layouts) {
    const { slice, sliceCount } = boxes.of(tensor.name, layout, shape);
    const held = new Uint8Array(sliceCount);
    let count = 0;
    for (const holder of tensor.holders) {
      const rank = model.files[holder.file]?.rank ?? -1;
      if (Math.floor(rank / devicesPerStage) !== stage) continue;
      const index = slice[rank % devicesPerStage] ?? 0;
      if (held[index] === 0) count++;
      held[index] = 1;
      if (count === sliceCount) break;
    }
    if (count === sliceCount) return [];
    const missing: number[] = [];
    slice.forEach((index, local) => {
      if (held[index] === 0) missing.push(stage * devicesPerStage + local);
    });
    if (!fewest || missing.length < fewest.length) fewest = missing;
  }
  return fewest ?? [];
}

/** Parameters of the strategy that no file has, and tensors of some rank that the strategy does not know. */
function strangers(model: Model, stages: readonly ReadonlyMap<string, unknown>[]): Problem[] {
  const problems: Problem[] = [];
  const absent = new Set<string>();
  for (const stage of stages) for (const name of stage.keys()) if (!model.byName.has(name)) absent.add(name);
  if (absent.size > 0) {
    problems.push({
      code: 'TENSORS_ABSENT',
      severity: 'info',
      message:
        absent.size === 1
          ? `'${escapeText([...absent][0] ?? '')}' of the strategy is in no file`
          : `${formatCount(absent.size)} parameters of the strategy are in no file, first '${escapeText([...absent][0] ?? '')}'`,
      advice: 'That is normal for weights saved without optimizer state.',
    });
  }
  const lowest = Math.min(...model.files.map((file) => file.rank ?? 0));
  const unknown = model.tensors.filter(
    (tensor) =>
      tensor.layouts.length === 0 &&
      !tensor.holders.some((holder) => (model.files[holder.file]?.rank ?? 0) === lowest),
  );
  if (unknown[0]) {
    problems.push({
      code: 'TENSORS_NOT_IN_STRATEGY',
      severity: 'warning',
      message:
        unknown.length === 1
          ? `'${escapeText(unknown[0].name)}' is neither in the strategy nor on rank ${lowest}`
          : `${formatCount(unknown.length)} tensors are neither in the strategy nor on rank ${lowest}, first '${escapeText(unknown[0].name)}'`,
      advice: 'A merge leaves such tensors out. Check that the strategy is the one of these weights.',
      tensor: unknown[0].name,
    });
  }
  const big = model.tensors.filter((tensor) => tensor.layouts.length === 0 && tensor.elements > 1024);
  if (big[0]) {
    problems.push({
      code: 'TENSORS_NOT_IN_STRATEGY',
      severity: 'warning',
      message:
        big.length === 1
          ? `'${escapeText(big[0].name)}' is not in the strategy and far larger than hyper parameters`
          : `${formatCount(big.length)} tensors are not in the strategy and far larger than hyper parameters, first '${escapeText(big[0].name)}'`,
      advice: `A merge keeps such tensors as rank ${lowest} has them. Check that the strategy is the one of these weights.`,
      tensor: big[0].name,
    });
  }
  return problems;
}

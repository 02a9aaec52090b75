import { bitsOf, type Dtype } from '../dtype.ts';
import type { CastFindings } from '../jobs.ts';
import type { ModelTensor } from '../model.ts';
import { escapeText } from '../text/escape.ts';
import { nameList } from '../text/name-list.ts';
import { amount, formatCount } from '../text/units.ts';
import type { Plan } from './plan.ts';

/** What weights can be cast to. */
export const CAST_TARGETS = ['F32', 'F16', 'BF16'] as const;
export type CastTarget = (typeof CAST_TARGETS)[number];

/** What can be cast. Not F8 and smaller: their values count with scales that lie elsewhere. */
export type CastSource = CastTarget | 'F64';

const targets: ReadonlySet<string> = new Set(CAST_TARGETS);
export function isCastTarget(dtype: Dtype): dtype is CastTarget {
  return targets.has(dtype);
}

export function isCastSource(dtype: Dtype): dtype is CastSource {
  return dtype === 'F64' || targets.has(dtype);
}

/** A tensor of the model as an output is to hold it. */
export interface WantedTensor {
  readonly tensor: ModelTensor;
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: ModelTensor['shape'];
  readonly byteLength: number;
}

/**
 * Weights cast to `dtype`, everything as it is without one. Optimizer state keeps its dtype (F16 would lose most of
 * Adam's second moments, about 1e-10); so do dtypes that cannot be cast. Both are listed.
 */
export function castTensors(
  tensors: readonly ModelTensor[],
  dtype: CastTarget | undefined,
  warnings: string[],
): WantedTensor[] {
  const kept: ModelTensor[] = [];
  const states: ModelTensor[] = [];
  const wanted = tensors.map((tensor) => {
    const { name, shape, byteLength } = tensor;
    const asItIs = { tensor, name, dtype: tensor.dtype, shape, byteLength };
    if (dtype === undefined || dtype === tensor.dtype) return asItIs;
    if (tensor.role === 'optimizer') states.push(tensor);
    else if (!isCastSource(tensor.dtype)) kept.push(tensor);
    else return { ...asItIs, dtype, byteLength: (tensor.elements * bitsOf(dtype)) / 8 };
    return asItIs;
  });
  for (const dtype of new Set(kept.map((tensor) => tensor.dtype))) {
    const names = kept.filter((tensor) => tensor.dtype === dtype).map(({ name }) => name);
    warnings.push(`Tensors of ${dtype} cannot be cast and stay as they are: ${nameList(names)}.`);
  }
  if (states.length > 0)
    warnings.push(
      `Only weights are cast: optimizer state (${amount(states.length, 'tensor')}) stays as it is; to leave it out, ask for weights only.`,
    );
  return wanted;
}

/** "Casts 39 tensors from F32 to BF16.", a sentence for each pair of dtypes. */
export function castFacts({ moves }: Plan): string[] {
  const counts = new Map<string, number>();
  for (const { from, to } of moves) {
    const [source, output] = [from[0], to[0]];
    if (!source || !output || source.dtype === output.dtype) continue;
    const pair = `from ${source.dtype} to ${output.dtype}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  return [...counts].map(([pair, count]) => `Casts ${amount(count, 'tensor')} ${pair}.`);
}

/** What casting met, in sentences: the total, then each tensor that is named. */
export function castWarnings(casts: CastFindings | undefined): string[] {
  if (!casts || casts.tensorCount === 0) return [];
  const { overflows, nans, tensorCount, tensors } = casts;
  const met = [
    ...(overflows > 0 ? [`${amount(overflows, 'value')} became infinite, too large for the new dtype`] : []),
    ...(nans > 0 ? [`${formatCount(nans)} NaN stayed NaN`] : []),
  ];
  const named = tensors.length < tensorCount ? `; the first ${tensors.length} of them:` : ':';
  return [
    `Casting, in ${amount(tensorCount, 'tensor')}: ${met.join('; ')}${named}`,
    ...tensors.map(({ tensor, from, to, overflows, firstOverflow, nans }) => {
      const first = firstOverflow && `, first [${firstOverflow.index.join(', ')}] = ${firstOverflow.value}`;
      const infinite = overflows > 0 ? [`${formatCount(overflows)} infinite${first ?? ''}`] : [];
      const kept = nans > 0 ? [`${formatCount(nans)} NaN`] : [];
      return `'${escapeText(tensor)}', ${from} to ${to}: ${[...infinite, ...kept].join('; ')}.`;
    }),
  ];
}

import type { Model } from '../model.ts';

/**
 * The name of a model's tensor that is nearest to a mistyped one: with the longest beginning and end in common,
 * at least half of the longer name. Linear, because a model may have a million names, and enough for one typing
 * mistake, a wrong number or a part left out.
 */
export function nearestName(model: Model, name: string): string | undefined {
  let best: string | undefined;
  let bestShare = 0.5;
  for (const { name: candidate } of model.tensors) {
    const shorter = Math.min(name.length, candidate.length);
    let common = 0;
    while (common < shorter && name.charCodeAt(common) === candidate.charCodeAt(common)) common++;
    let end = 0;
    while (
      common + end < shorter &&
      name.charCodeAt(name.length - 1 - end) === candidate.charCodeAt(candidate.length - 1 - end)
    )
      end++;
    const share = (common + end) / Math.max(name.length, candidate.length, 1);
    if (share > bestShare) {
      best = candidate;
      bestShare = share;
    }
  }
  return best;
}

import type { Problem, RedundancySummary } from '../../../shared/checkpoint.ts';
import type { Model } from '../../../shared/model.ts';
import type { Strategy } from '../../../shared/strategy/strategy.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { formatCount } from '../../../shared/text/units.ts';

/**
 * Parameters that some ranks lack in a save with redundancy. Replicas on other ranks make the weights whole, so nothing
 * but this says that those ranks cannot load their files.
 */
export function lackingProblem(
  model: Model,
  { stages, devicesPerStage }: Strategy,
  { state, flag }: RedundancySummary,
): readonly Problem[] {
  if (state !== 'full' || flag === true || model.problems.some(({ code }) => code === 'SG_COVERAGE'))
    return [];
  const here = stages.map((_, stage) =>
    model.files.flatMap(({ rank = 0 }) => (Math.floor(rank / devicesPerStage) === stage ? [rank] : [])),
  );
  const ranksOf = (layouts: readonly { readonly stage: number }[]) =>
    layouts.flatMap(({ stage }) => here[stage] ?? []);
  const lacking = model.tensors.filter(
    ({ layouts, holders }) => layouts.length > 0 && holders.length < ranksOf(layouts).length,
  );
  const [first] = lacking;
  if (!first) return [];
  const ranks = new Set<number>();
  for (const { layouts, holders } of lacking) {
    const holding = new Set(holders.map(({ file }) => model.files[file]?.rank));
    for (const rank of ranksOf(layouts)) if (!holding.has(rank)) ranks.add(rank);
  }
  const where = rankList([...ranks].sort((a, b) => a - b));
  return [
    {
      code: 'REPLICAS_USED',
      severity: 'warning',
      message:
        lacking.length === 1
          ? `'${escapeText(first.name)}' is not in the files of ${where}, which should hold a part of it; other ranks hold the same.`
          : `${formatCount(lacking.length)} tensors, first '${escapeText(first.name)}', are not in the files of ${where}, which should hold a part of each; other ranks hold the same.`,
      advice:
        'A merge can do without them, but these ranks cannot resume. Restoring redundancy writes their files anew.',
      tensor: first.name,
    },
  ];
}

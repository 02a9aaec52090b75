import { type Fault, fault } from '../errors.ts';
import { escapeText } from '../text/escape.ts';
import { combineStrategies, differingParameter, isMerged, type NamedStrategy } from './combine.ts';

/**
 * A merged file among the files of the ranks is of an earlier run, or of this one: `combineStrategies` leaves it out.
 * The first place where one says something else than they do, in the pipeline stages that they are of.
 */
export function contradictingMerged(files: readonly NamedStrategy[]): Fault | undefined {
  const ranks = files.filter(({ file }) => !isMerged(file));
  if (ranks.length === 0) return undefined;
  const { stages } = combineStrategies(ranks, 'empty');
  for (const merged of files) {
    if (!isMerged(merged.file)) continue;
    const other = combineStrategies([merged], 'empty').stages;
    for (const [stage, layouts] of stages.entries()) {
      if (layouts.size === 0) continue;
      const parameter = differingParameter(layouts, other[stage] ?? new Map());
      if (parameter === undefined) continue;
      return fault(
        'SG_LAYOUT',
        `${escapeText(merged.name)} lays '${escapeText(parameter)}' out otherwise in stage ${stage} than the files of the ranks beside it, and is not used.`,
        'It is of another run: remove it, or merge the files of the ranks again.',
        { file: merged.name, tensor: parameter },
      );
    }
  }
  return undefined;
}

import { type Fault, fault } from '../../../shared/errors.ts';
import type { Model } from '../../../shared/model.ts';
import type { Strategy } from '../../../shared/strategy/strategy.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { rankList } from '../../../shared/text/ranks.ts';
import { formatCount } from '../../../shared/text/units.ts';

/**
 * Parameters that went with missing ranks. A parameter of the strategy that no file holds is mostly one that
 * was never saved (optimizer state in a save of weights alone); but where a whole pipeline stage has no file,
 * or redundancy was removed and some ranks have none, nobody else holds it: a merge would leave it out
 * without a word.
 *
 * @param missing ranks that the strategy names and the save lacks
 * @param removed each slice lies on one rank only
 * @returns SG_STAGES for the first stage without files, SG_COVERAGE for parameters lost with a rank
 */
export function lostFault(
  model: Model,
  { stages, devicesPerStage }: Strategy,
  missing: readonly number[],
  removed: boolean,
): Fault | undefined {
  const weightsOnly = !model.tensors.some((tensor) => tensor.role === 'optimizer');
  for (const [stage, layouts] of stages.entries()) {
    const ranks = missing.filter((rank) => Math.floor(rank / devicesPerStage) === stage);
    const gone = ranks.length === devicesPerStage;
    if (ranks.length === 0 || (!gone && !removed)) continue;
    const lost = [...layouts.keys()].filter(
      (name) => !model.byName.has(name) && !(weightsOnly && isStateOfAnother(name, layouts)),
    );
    const [first] = lost;
    if (first === undefined) continue;
    const parameters = `${formatCount(lost.length)} of its parameters, first '${escapeText(first)}'`;
    const advice = 'Copy the missing rank folders here, or open a save that every rank has.';
    const where = { tensor: first, rank: ranks[0] };
    return gone
      ? fault(
          'SG_STAGES',
          `Pipeline stage ${stage} is missing: no file of ${rankList(ranks)} is here, and ${parameters}, are in no other stage.`,
          advice,
          where,
        )
      : fault(
          'SG_COVERAGE',
          `Redundancy was removed from this save, so ${rankList(ranks)} of stage ${stage} took ${parameters}, along: no other rank holds them.`,
          advice,
          where,
        );
  }
  return undefined;
}

/** `adam_m.model.norm_out.weight` beside `model.norm_out.weight`: the rest of the name is a parameter too. */
function isStateOfAnother(name: string, names: ReadonlyMap<string, unknown>): boolean {
  for (let dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
    if (names.has(name.slice(dot + 1))) return true;
  }
  return false;
}

import type { CheckpointSummary } from '../checkpoint.ts';
import { asFault, type Fault } from '../errors.ts';
import { type Loading, loadingOf } from './loading.ts';
import { SCENARIOS, type Scenario, type ScenarioId } from './scenarios.ts';

type Summary = Omit<CheckpointSummary, 'id'>;

/** How a scenario fits a checkpoint, before anything is said of a layout. */
export interface Fit {
  readonly scenario: Scenario;
  /** Why it cannot be had, whatever else is given. */
  readonly fault?: Fault;
  /** It loads as it is. */
  readonly ready: boolean;
}

/** All scenarios in their order. */
export function fitsOf(summary: Summary): readonly Fit[] {
  return SCENARIOS.map((scenario) => {
    const loading = attempt(summary, scenario.id);
    if (!('code' in loading)) return { scenario, ready: loading.steps.length === 0 };
    // A strategy may be all that is missing, or numbers that do not go together: both are to be given.
    const given = attempt(summary, scenario.id, true);
    return 'code' in given && given.code !== 'API_INPUT'
      ? { scenario, fault: given, ready: false }
      : { scenario, ready: false };
  });
}

/** The first that loads as it is, else the first that can be had; undefined where none can. */
export function likelyScenario(fits: readonly Fit[]): ScenarioId | undefined {
  const possible = fits.filter(({ fault }) => !fault);
  return (possible.find(({ ready }) => ready) ?? possible[0])?.scenario.id;
}

function attempt(summary: Summary, scenario: ScenarioId, strategyGiven = false): Loading | Fault {
  try {
    const dstStrategy = strategyGiven ? { path: 'strategy', parallel: undefined } : undefined;
    return loadingOf(summary, { scenario, dstStrategy });
  } catch (error) {
    return asFault(error);
  }
}

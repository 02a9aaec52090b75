import type { CheckpointSummary } from '../checkpoint.ts';
import { asFault, type Fault } from '../errors.ts';
import { factsOf, type LoadingFacts } from './facts.ts';
import { loadingFrom } from './loading.ts';
import { SCENARIOS, type Scenario, type ScenarioId } from './scenarios.ts';
import type { Wanted } from './target.ts';

/** How a scenario fits a checkpoint, before anything is said of a layout. */
export interface Fit {
  readonly scenario: Scenario;
  /** Why it cannot be had, whatever else is given. */
  readonly fault?: Fault;
  /** It loads as it is. */
  readonly ready: boolean;
}

/** All scenarios in their order. */
export function fitsOf(summary: Omit<CheckpointSummary, 'id'>): readonly Fit[] {
  const facts = attempt(() => factsOf(summary));
  return SCENARIOS.map((scenario) =>
    'fault' in facts ? { scenario, fault: facts.fault, ready: false } : fitOf(facts.value, scenario),
  );
}

/** The first that loads as it is, else the first that can be had; undefined where none can. */
export function likelyScenario(fits: readonly Fit[]): ScenarioId | undefined {
  const possible = fits.filter(({ fault }) => !fault);
  return (possible.find(({ ready }) => ready) ?? possible[0])?.scenario.id;
}

/** A strategy that is still to be named. */
const STRATEGY: Wanted['dstStrategy'] = { path: 'strategy', parallel: undefined };

function fitOf(facts: LoadingFacts, scenario: Scenario): Fit {
  const loading = attempt(() => loadingFrom(facts, { scenario: scenario.id }));
  if ('value' in loading) return { scenario, ready: loading.value.steps.length === 0 };
  // That may be all that is missing, or numbers that do not go together: both are to be given.
  const given = attempt(() => loadingFrom(facts, { scenario: scenario.id, dstStrategy: STRATEGY }));
  return 'fault' in given && given.fault.code !== 'API_INPUT'
    ? { scenario, fault: given.fault, ready: false }
    : { scenario, ready: false };
}

function attempt<T>(run: () => T): { readonly value: T } | { readonly fault: Fault } {
  try {
    return { value: run() };
  } catch (error) {
    return { fault: asFault(error) };
  }
}

import { parse } from 'yaml';
import { asFault } from '../errors.ts';
import { loadingOf } from './loading.ts';
import type { Summary } from './sample-summary.ts';
import type { ScenarioId } from './scenarios.ts';
import type { Wanted } from './target.ts';

/** For tests: how a checkpoint is loaded, with its commands and its last YAML document as data. */
export function load(summary: Summary, scenario: ScenarioId, wanted: Partial<Wanted> = {}) {
  const loading = loadingOf(summary, { scenario, ...wanted });
  return {
    ...loading,
    commands: loading.steps.map(({ command }) => command),
    config: parse(loading.documents.at(-1) ?? '', { version: '1.1' }),
  };
}

/** For tests: why it is not. */
export function faultOf(summary: Summary, scenario: ScenarioId, wanted: Partial<Wanted> = {}) {
  try {
    loadingOf(summary, { scenario, ...wanted });
  } catch (error) {
    return asFault(error);
  }
  return undefined;
}

import type { CheckpointSummary } from '../checkpoint.ts';
import { t } from '../text/t.ts';
import { type Check, checksOf } from './checks.ts';
import { compileEntries, configEntries } from './config.ts';
import { factsOf, type LoadingFacts } from './facts.ts';
import { launchCommands } from './launch.ts';
import { type Prepared, prepare } from './prepare.ts';
import { type PythonLines, pythonLines } from './python.ts';
import { type Scenario, scenarioOf } from './scenarios.ts';
import { copyStep, type Step, shareStep, strategySteps } from './steps.ts';
import { type Target, targetOf, type Wanted } from './target.ts';
import { formatYaml } from './yaml.ts';

/** How to load a checkpoint in a scenario: all that a person needs, as data. */
export interface Loading {
  readonly scenario: Scenario;
  readonly target: Target;
  readonly checks: readonly Check[];
  /** What must run first; none where the checkpoint loads as it is. */
  readonly steps: readonly Step[];
  /** YAML documents: what is loaded last; before it what compiles the strategy, where a step asks for it. */
  readonly documents: readonly string[];
  /** Start the task, one a machine. */
  readonly launch: readonly string[];
  readonly python: PythonLines;
}

/**
 * Says how `summary` is loaded in MindSpore Transformers.
 *
 * @throws faults of `factsOf`, `targetOf` and `prepare`, where the scenario does not fit what is there
 */
export function loadingOf(summary: Omit<CheckpointSummary, 'id'>, wanted: Wanted): Loading {
  return loadingFrom(factsOf(summary), wanted);
}

/** The same, where the facts are known. */
export function loadingFrom(facts: LoadingFacts, wanted: Wanted): Loading {
  const scenario = scenarioOf(wanted.scenario);
  const target = targetOf(facts, scenario, wanted);
  const prepared = prepare(facts, scenario, target, wanted.out);
  const launch = launchCommands(scenario, target);
  const compiled = scenario.loads === 'complete' && scenario.machines === 'separate';
  const compiles = compiled && target.dstStrategy === undefined;
  return {
    scenario,
    target,
    checks: checksOf(facts, scenario, prepared, target),
    steps: [...prepared.steps, ...machineSteps(scenario, prepared, target, launch)],
    documents: [
      ...(compiles ? [formatYaml(compileEntries(target), compileHead())] : []),
      formatYaml(configEntries(facts, scenario, prepared, target), headOf(facts, scenario)),
    ],
    launch,
    python: pythonLines(facts, prepared, target),
  };
}

function compileHead(): string[] {
  return [t('First: on every machine, to get the strategy. Keep the model and the dataset of your YAML.')];
}

function headOf({ path }: LoadingFacts, { title, sentence }: Scenario): string[] {
  return [
    `${title()}: ${path}`,
    sentence(),
    t(
      'Put these lines into the YAML of your task in place of those with the same keys; keep the rest of it.',
    ),
  ];
}

function machineSteps(
  { machines, loads }: Scenario,
  { folder }: Prepared,
  target: Target,
  launch: readonly string[],
): readonly Step[] {
  if (machines !== 'separate') return [];
  if (loads === 'cut') return [shareStep(folder, target)];
  return [...strategySteps(target, launch[0] ?? ''), copyStep(folder)];
}

import { refuse } from '../errors.ts';
import type { ParallelNumbers, Reading } from '../layout/parallel.ts';
import { t } from '../text/t.ts';
import type { LoadingFacts } from './facts.ts';
import type { Scenario, ScenarioId } from './scenarios.ts';

/** What is asked for: the scenario, and what of the layout to load for is known. */
export interface Wanted {
  readonly scenario: ScenarioId;
  readonly dataParallel?: number | undefined;
  readonly modelParallel?: number | undefined;
  readonly contextParallel?: number | undefined;
  readonly expertParallel?: number | undefined;
  readonly pipelineStages?: number | undefined;
  /** The strategy that the training to come compiled, and its numbers. */
  readonly dstStrategy?: WantedStrategy | undefined;
  readonly machines?: number | undefined;
  /** Folder for what has to be written first; one beside the checkpoint when absent. */
  readonly out?: string | undefined;
}

export interface WantedStrategy {
  readonly path: string;
  readonly parallel: ParallelNumbers | undefined;
}

/** Cards and how they share the model. */
export interface Target {
  readonly numbers: ParallelNumbers;
  /** Nobody said the numbers: they must be looked at. */
  readonly guessed: boolean;
  readonly cards: number;
  readonly machines: number;
  readonly dstStrategy: string | undefined;
}

/** Cards of the machines that most clusters have (Atlas 800). */
const CARDS_A_MACHINE = 8;

/** @throws API_INPUT where the cards do not fit the machines, or are not those that the weights are of */
export function targetOf(facts: LoadingFacts, scenario: Scenario, wanted: Wanted): Target {
  const { numbers, guessed } = numbersOf(facts, scenario, wanted);
  const cards = cardsOf(numbers);
  const ranks = rankCount(facts);
  if (scenario.layout === 'saved' && ranks !== undefined && cards !== ranks)
    refuse(
      'API_INPUT',
      t('The weights are of {{ranks}} ranks, this layout makes {{cards}}.', { ranks, cards }),
      t('Give the numbers of the training that saved them.'),
      { expected: `${ranks}`, found: `${cards}` },
    );
  const machines = wanted.machines ?? Math.max(scenario.machines ? 2 : 1, Math.ceil(cards / CARDS_A_MACHINE));
  if (scenario.machines && machines < 2)
    refuse(
      'API_INPUT',
      t('This is for several machines.'),
      t('Load on several cards where there is one machine.'),
      { expected: '2', found: `${machines}` },
    );
  if (cards % machines !== 0)
    refuse(
      'API_INPUT',
      t('{{cards}} cards cannot be spread evenly over {{machines}} machines.', { cards, machines }),
      t('Change the numbers of the layout, or how many machines there are.'),
      { expected: `a multiple of ${machines}`, found: `${cards}` },
    );
  return { numbers, guessed, cards, machines, dstStrategy: wanted.dstStrategy?.path };
}

function rankCount(facts: LoadingFacts): number | undefined {
  return facts.type === 'ranks' ? new Set([...facts.ranks, ...facts.missingRanks]).size : undefined;
}

/** As MindSpore Transformers counts them: experts are shared out within data parallel. */
function cardsOf({ pipelineStages, ...reading }: ParallelNumbers): number {
  return ranksOf(reading) * pipelineStages;
}

/** Ranks of a stage. */
export function ranksOf({ dataParallel, modelParallel, contextParallel = 1 }: Reading): number {
  return dataParallel * modelParallel * contextParallel;
}

function numbersOf(
  facts: LoadingFacts,
  scenario: Scenario,
  wanted: Wanted,
): Pick<Target, 'numbers' | 'guessed'> {
  const plain = (dataParallel: number, modelParallel: number, pipelineStages: number): ParallelNumbers => ({
    dataParallel,
    modelParallel,
    pipelineStages,
    optimizerShard: 0,
    // As MindSpore Transformers does by itself; weights that are cut before are cut for that.
    ...(scenario.loads === 'cut' && { vocabEmbDp: true }),
  });
  if (scenario.layout === 'one') return { numbers: plain(1, 1, 1), guessed: false };
  const saved = facts.type === 'ranks' ? facts.strategy?.parallel : undefined;
  if (scenario.layout === 'saved' && saved) return { numbers: saved, guessed: false };
  const { dataParallel, modelParallel, contextParallel, expertParallel, pipelineStages, dstStrategy } =
    wanted;
  if (scenario.layout === 'wanted' && dstStrategy?.parallel)
    return { numbers: dstStrategy.parallel, guessed: false };
  if (dataParallel ?? modelParallel ?? contextParallel ?? expertParallel ?? pipelineStages)
    return {
      numbers: {
        ...plain(dataParallel ?? 1, modelParallel ?? 1, pipelineStages ?? 1),
        ...(contextParallel !== undefined && { contextParallel }),
        ...(expertParallel !== undefined && { expertParallel }),
      },
      guessed: false,
    };
  if (scenario.layout === 'saved') return { numbers: plain(rankCount(facts) ?? 1, 1, 1), guessed: true };
  // One card, or three, share out over no two machines.
  const even = saved && (!scenario.machines || cardsOf(saved) % 2 === 0);
  if (even)
    return {
      numbers: scenario.loads === 'merging' ? otherThan(withoutContext(saved)) : withoutContext(saved),
      guessed: true,
    };
  return { numbers: scenario.machines ? plain(2, 4, 2) : plain(1, 4, 1), guessed: true };
}

/** The same slices with data parallel alone. */
function withoutContext({ contextParallel = 1, assumed: _, ...numbers }: ParallelNumbers): ParallelNumbers {
  return { ...numbers, dataParallel: numbers.dataParallel * contextParallel };
}

/** As many cards that share the model otherwise: halves of the model parallel ones become data parallel. */
function otherThan(saved: ParallelNumbers): ParallelNumbers {
  const { dataParallel, modelParallel, pipelineStages } = saved;
  if (modelParallel % 2 === 0)
    return { ...saved, dataParallel: dataParallel * 2, modelParallel: modelParallel / 2 };
  return { ...saved, dataParallel: dataParallel * pipelineStages, pipelineStages: 1 };
}

/** Whether weights are cut alike, whatever the copies are for. */
export function sameNumbers(a: ParallelNumbers, b: ParallelNumbers): boolean {
  return (
    ranksOf(a) === ranksOf(b) &&
    a.modelParallel === b.modelParallel &&
    a.pipelineStages === b.pipelineStages &&
    (a.expertParallel ?? 1) === (b.expertParallel ?? 1)
  );
}

/** "dp 2 × cp 2 × mp 4 × pp 2". */
export function numberWords({ pipelineStages, ...reading }: ParallelNumbers): string {
  return readingWords(reading) + (pipelineStages > 1 ? ` × pp ${pipelineStages}` : '');
}

/** "dp 2 × cp 2 × mp 4". */
function readingWords({ dataParallel, modelParallel, contextParallel }: Reading): string {
  const context = contextParallel === undefined ? '' : ` × cp ${contextParallel}`;
  return `dp ${dataParallel}${context} × mp ${modelParallel}`;
}

/** All readings of a strategy with their product: "dp 2 × cp 2 × mp 4 = 16, dp 4 × mp 4 = 16". */
export function readingsWords({ assumed, ...numbers }: ParallelNumbers): string {
  const readings: readonly Reading[] = [numbers, ...(assumed?.others ?? [])];
  return readings.map((one) => `${readingWords(one)} = ${ranksOf(one)}`).join(t(', '));
}

import { t } from '../text/t.ts';

/** What a person can want with a checkpoint in MindSpore Transformers, as data. */

export const SCENARIO_IDS = [
  'one-card',
  'several-cards',
  'same-layout',
  'other-layout',
  'shared-disk',
  'no-shared-disk',
  'no-shared-disk-sliced',
  'resume',
  'resume-other-layout',
  'inference-one-card',
  'inference-several-cards',
  'inference-same-layout',
] as const;

export type ScenarioId = (typeof SCENARIO_IDS)[number];

export const SCENARIO_GROUPS = ['training', 'machines', 'resuming', 'inference'] as const;
export type ScenarioGroup = (typeof SCENARIO_GROUPS)[number];

export interface Scenario {
  readonly id: ScenarioId;
  readonly group: ScenarioGroup;
  title(): string;
  /** What happens then, in one sentence. */
  sentence(): string;
  /**
   * What is loaded. complete: whole weights, cut by the training itself; ranks: rank folders as they were saved;
   * merging: rank folders that the training puts together and cuts anew; cut: rank folders of the wanted layout.
   */
  readonly loads: 'complete' | 'ranks' | 'merging' | 'cut';
  /** How many cards, and how they share the model. */
  readonly layout: 'one' | 'wanted' | 'saved';
  readonly runMode: 'train' | 'finetune' | 'predict';
  readonly resume: boolean;
  /** Several machines, and whether they see one disk. */
  readonly machines?: 'shared' | 'separate';
}

export const SCENARIOS: readonly Scenario[] = [
  {
    id: 'one-card',
    group: 'training',
    title: () => t('One card'),
    sentence: () => t('Whole weights on a single card.'),
    loads: 'complete',
    layout: 'one',
    runMode: 'finetune',
    resume: false,
  },
  {
    id: 'several-cards',
    group: 'training',
    title: () => t('Several cards'),
    sentence: () => t('Whole weights, which the training cuts for its layout when it starts.'),
    loads: 'complete',
    layout: 'wanted',
    runMode: 'finetune',
    resume: false,
  },
  {
    id: 'same-layout',
    group: 'training',
    title: () => t('Same layout'),
    sentence: () => t('Each rank loads its own folder, cut as it was saved.'),
    loads: 'ranks',
    layout: 'saved',
    runMode: 'finetune',
    resume: false,
  },
  {
    id: 'other-layout',
    group: 'training',
    title: () => t('Other layout'),
    sentence: () =>
      t('The training puts the ranks together when it starts, and cuts them for another layout.'),
    loads: 'merging',
    layout: 'wanted',
    runMode: 'finetune',
    resume: false,
  },
  {
    id: 'shared-disk',
    group: 'machines',
    title: () => t('With a shared disk'),
    sentence: () =>
      t('Whole weights on a disk that all machines see; they are cut when the training starts.'),
    loads: 'complete',
    layout: 'wanted',
    runMode: 'train',
    resume: false,
    machines: 'shared',
  },
  {
    id: 'no-shared-disk',
    group: 'machines',
    title: () => t('Without a shared disk'),
    sentence: () => t('Each machine has the weights and the merged strategy, and cuts its own share.'),
    loads: 'complete',
    layout: 'wanted',
    runMode: 'train',
    resume: false,
    machines: 'separate',
  },
  {
    id: 'no-shared-disk-sliced',
    group: 'machines',
    title: () => t('Without a shared disk, cut before'),
    sentence: () => t('Weights are cut first; each machine gets the folders of its own ranks only.'),
    loads: 'cut',
    layout: 'wanted',
    runMode: 'train',
    resume: false,
    machines: 'separate',
  },
  {
    id: 'resume',
    group: 'resuming',
    title: () => t('Resume'),
    sentence: () => t('Training goes on from a save, with the layout that it was saved with.'),
    loads: 'ranks',
    layout: 'saved',
    runMode: 'train',
    resume: true,
  },
  {
    id: 'resume-other-layout',
    group: 'resuming',
    title: () => t('Resume with another layout'),
    sentence: () => t('Training goes on from a save, cut anew for other cards.'),
    loads: 'merging',
    layout: 'wanted',
    runMode: 'train',
    resume: true,
  },
  {
    id: 'inference-one-card',
    group: 'inference',
    title: () => t('Inference on one card'),
    sentence: () => t('Whole weights on a single card, to generate text.'),
    loads: 'complete',
    layout: 'one',
    runMode: 'predict',
    resume: false,
  },
  {
    id: 'inference-several-cards',
    group: 'inference',
    title: () => t('Inference on several cards'),
    sentence: () => t('Whole weights, cut for the cards when inference starts.'),
    loads: 'complete',
    layout: 'wanted',
    runMode: 'predict',
    resume: false,
  },
  {
    id: 'inference-same-layout',
    group: 'inference',
    title: () => t('Inference with the same layout'),
    sentence: () => t('Each rank loads its own folder, on as many cards as there were in training.'),
    loads: 'ranks',
    layout: 'saved',
    runMode: 'predict',
    resume: false,
  },
];

export function scenarioOf(id: ScenarioId): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.id === id);
  if (!found) throw new RangeError(`no scenario is called ${id}`);
  return found;
}

import { t } from '../text/t.ts';
import type { LoadingFacts } from './facts.ts';
import type { Prepared } from './prepare.ts';
import type { Scenario } from './scenarios.ts';
import { DST_STRATEGY } from './steps.ts';
import { readingsWords, type Target } from './target.ts';
import type { Entry } from './yaml.ts';

/** Marks what a person has to look at, as no file says it. */
function edit(comment: string): string {
  return `EDIT: ${comment}`;
}

/** The lines for MindSpore Transformers' YAML that load `prepared`, in the order of its own documents. */
export function configEntries(
  facts: LoadingFacts,
  scenario: Scenario,
  prepared: Prepared,
  target: Target,
): readonly Entry[] {
  return [
    ...outputDir(scenario),
    ...weightEntries(prepared, target),
    ...resumeEntries(scenario, prepared),
    ...layoutEntries(facts, scenario, prepared, target),
    ...(scenario.runMode === 'predict' ? [] : [saving(facts, prepared)]),
  ];
}

/** The lines that make each machine compile, save the strategy of its ranks, and end. */
export function compileEntries(target: Target): readonly Entry[] {
  return [
    {
      key: 'only_save_strategy',
      value: true,
      comment: t('the strategy is saved in ./output/strategy, then the task ends'),
    },
    { key: 'use_parallel', value: true },
    parallelConfig(target),
  ];
}

function outputDir({ machines, loads }: Scenario): Entry[] {
  if (machines === undefined || loads === 'cut') return [];
  const comment =
    machines === 'shared'
      ? t('on the shared disk: the strategy goes to ./output/strategy')
      : t('of each machine: the merged strategy is {{path}}', { path: DST_STRATEGY });
  return [{ key: 'output_dir', value: './output', comment }];
}

function weightEntries(prepared: Prepared, { cards }: Target): Entry[] {
  const { folder, format, whole, srcStrategy } = prepared;
  const parallel = cards > 1 || !whole;
  const trans = parallel && (whole || srcStrategy !== undefined);
  return [
    {
      key: 'load_checkpoint',
      value: folder,
      comment: whole ? t('complete weights') : t('the folder with rank_0, rank_1, …'),
    },
    ...(srcStrategy === undefined
      ? []
      : [
          {
            key: 'src_strategy_path_or_dir',
            value: srcStrategy,
            comment: t('how the weights were cut when they were saved'),
          },
        ]),
    { key: 'load_ckpt_format', value: format },
    {
      key: 'auto_trans_ckpt',
      value: trans,
      comment: trans
        ? whole
          ? t('the weights are cut when the task starts')
          : t('the ranks are put together and cut anew when the task starts')
        : whole
          ? t('nothing to cut for one card')
          : t('each rank loads its folder as it is'),
    },
    { key: 'use_parallel', value: parallel, comment: parallel ? undefined : t('one card') },
    ...redundancyEntry(prepared),
  ];
}

function redundancyEntry({ whole, redundancyRemoved }: Prepared): Entry[] {
  if (whole || redundancyRemoved === undefined) return [];
  return [
    {
      key: 'remove_redundancy',
      value: redundancyRemoved,
      comment: redundancyRemoved
        ? t('one copy of each slice was saved')
        : t('each rank has all that it needs'),
    },
  ];
}

function resumeEntries({ resume }: Scenario, { resumeFile }: Prepared): Entry[] {
  if (!resume) return [];
  return [
    resumeFile === undefined
      ? {
          key: 'resume_training',
          value: true,
          comment: t('with optimizer state, from the step that was saved'),
        }
      : { key: 'resume_training', value: resumeFile, comment: t('this save; True would take the newest') },
  ];
}

function layoutEntries(facts: LoadingFacts, scenario: Scenario, prepared: Prepared, target: Target): Entry[] {
  // Folders of ranks that are loaded as they are were cut for one layout, the optimizer's share included.
  const cut = !prepared.whole && prepared.srcStrategy === undefined;
  const known = scenario.layout !== 'saved' || (facts.type === 'ranks' && facts.strategy?.parallel);
  return [
    ...(cut && known && scenario.runMode !== 'predict' ? [optimizerSharing(target)] : []),
    parallelConfig(target, cut ? scenario.layout : undefined),
  ];
}

function optimizerSharing({ numbers: { optimizerShard } }: Target): Entry {
  const size: Entry = {
    key: 'optimizer_weight_shard_size',
    value: optimizerShard,
    comment: optimizerShard === -1 ? t('all replicas share the work') : t('replicas that share the work'),
  };
  return {
    key: 'parallel',
    comment: t('As the weights were cut'),
    value: [
      { key: 'enable_parallel_optimizer', value: optimizerShard !== 0 },
      ...(optimizerShard === 0 ? [] : [{ key: 'parallel_optimizer_config', value: [size] }]),
    ],
  };
}

/** @param cut the weights are cut already, as they were saved or for the layout that is wanted */
function parallelConfig(target: Target, cut?: Scenario['layout']): Entry {
  const { dataParallel, modelParallel, contextParallel, expertParallel, pipelineStages, vocabEmbDp } =
    target.numbers;
  const vocabulary: Entry[] =
    cut === undefined || vocabEmbDp === undefined ? [] : [{ key: 'vocab_emb_dp', value: vocabEmbDp }];
  const batches: Entry = {
    key: 'micro_batch_num',
    value: pipelineStages,
    comment: edit(t('as in your training, at least pipeline_stage')),
  };
  return {
    key: 'parallel_config',
    comment: layoutComment(target, cut),
    value: [
      { key: 'data_parallel', value: dataParallel, comment: copies(target, cut) },
      { key: 'model_parallel', value: modelParallel },
      ...(contextParallel === undefined ? [] : [{ key: 'context_parallel', value: contextParallel }]),
      ...(expertParallel === undefined ? [] : [experts(expertParallel)]),
      { key: 'pipeline_stage', value: pipelineStages },
      ...vocabulary,
      ...(pipelineStages > 1 ? [batches] : []),
    ],
  };
}

/** Weights show how often they are copied, not what for. */
function copies({ guessed, numbers }: Target, cut: Scenario['layout'] | undefined): string | undefined {
  const { dataParallel, contextParallel } = numbers;
  return cut === 'saved' && !guessed && dataParallel > 1 && contextParallel === undefined
    ? t('times context_parallel, if your training has it')
    : undefined;
}

function experts(value: number): Entry {
  return {
    key: 'expert_parallel',
    value,
    comment: t('as the experts of a layer are cut; they share the data parallel ranks'),
  };
}

function layoutComment({ guessed, cards, numbers }: Target, cut: Scenario['layout'] | undefined): string {
  if (numbers.assumed)
    return edit(
      t('as in the training that compiled the strategy, one of {{readings}}', {
        readings: readingsWords(numbers),
      }),
    );
  if (!guessed)
    return cut === undefined
      ? t('The layout to load for, cards in all: {{cards}}', { cards })
      : t('As the weights were cut: other numbers do not load');
  return cut === 'saved'
    ? edit(t('the numbers that the weights were saved with, cards in all: {{cards}}', { cards }))
    : edit(t('your layout; this one is a guess, cards in all: {{cards}}', { cards }));
}

/** How the training should save, so that it can be loaded again. */
function saving({ prefix }: LoadingFacts, { whole, redundancyRemoved = false }: Prepared): Entry {
  return {
    key: 'callbacks',
    comment: t('How the training saves; keep the other callbacks of your YAML'),
    value: [
      [
        { key: 'type', value: 'CheckpointMonitor' },
        {
          key: 'prefix',
          value: prefix ?? 'CKP',
          comment: prefix === undefined ? edit(t('what the files are to be called')) : undefined,
        },
        { key: 'save_checkpoint_steps', value: 1000, comment: edit(t('steps between two saves')) },
        { key: 'keep_checkpoint_max', value: 5, comment: t('older saves are deleted') },
        { key: 'integrated_save', value: false },
        { key: 'async_save', value: false },
        { key: 'checkpoint_format', value: 'safetensors' },
        {
          key: 'remove_redundancy',
          value: !whole && redundancyRemoved,
          comment: t('True saves one copy of each slice'),
        },
      ],
    ],
  };
}

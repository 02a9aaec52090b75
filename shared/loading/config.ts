import type { LoadingFacts } from './facts.ts';
import type { Prepared } from './prepare.ts';
import type { Scenario } from './scenarios.ts';
import { DST_STRATEGY } from './steps.ts';
import type { Target } from './target.ts';
import type { Entry } from './yaml.ts';

/** What a person has to look at, as no file says it. */
const EDIT = 'EDIT:';

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
    ...layoutEntries(scenario, prepared, target),
    ...(scenario.runMode === 'predict' ? [] : [saving(facts, prepared)]),
  ];
}

/** The lines that make each machine compile, save the strategy of its ranks, and end. */
export function compileEntries(target: Target): readonly Entry[] {
  return [
    {
      key: 'only_save_strategy',
      value: true,
      comment: 'the strategy is saved in ./output/strategy, then the task ends',
    },
    { key: 'use_parallel', value: true },
    parallelConfig(target),
  ];
}

function outputDir({ machines, loads }: Scenario): Entry[] {
  if (machines === undefined || loads === 'cut') return [];
  const comment =
    machines === 'shared'
      ? 'on the shared disk: the strategy goes to ./output/strategy'
      : `of each machine: the merged strategy is ${DST_STRATEGY}`;
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
      comment: whole ? 'complete weights' : 'the folder that has the folders rank_0, rank_1, …',
    },
    ...(srcStrategy === undefined
      ? []
      : [
          {
            key: 'src_strategy_path_or_dir',
            value: srcStrategy,
            comment: 'how the weights were cut when they were saved',
          },
        ]),
    { key: 'load_ckpt_format', value: format },
    {
      key: 'auto_trans_ckpt',
      value: trans,
      comment: trans
        ? whole
          ? 'the weights are cut when the task starts'
          : 'the ranks are put together and cut anew when the task starts'
        : whole
          ? 'nothing to cut for one card'
          : 'each rank loads its folder as it is',
    },
    { key: 'use_parallel', value: parallel, comment: parallel ? undefined : 'one card' },
    ...redundancyEntry(prepared),
  ];
}

function redundancyEntry({ whole, redundancyRemoved }: Prepared): Entry[] {
  if (whole || redundancyRemoved === undefined) return [];
  return [
    {
      key: 'remove_redundancy',
      value: redundancyRemoved,
      comment: redundancyRemoved ? 'one copy of each slice was saved' : 'each rank has all that it needs',
    },
  ];
}

function resumeEntries({ resume }: Scenario, { resumeFile }: Prepared): Entry[] {
  if (!resume) return [];
  return [
    resumeFile === undefined
      ? { key: 'resume_training', value: true, comment: 'with optimizer state, from the step that was saved' }
      : { key: 'resume_training', value: resumeFile, comment: 'this save; True would take the newest' },
  ];
}

function layoutEntries(scenario: Scenario, prepared: Prepared, target: Target): Entry[] {
  // Folders of ranks that are loaded as they are were cut for one layout, the optimizer's share included.
  const cut = !prepared.whole && prepared.srcStrategy === undefined;
  const known = scenario.layout !== 'saved' || !target.guessed;
  return [
    ...(cut && known && scenario.runMode !== 'predict' ? [optimizerSharing(target)] : []),
    parallelConfig(target, cut ? scenario.layout : undefined),
  ];
}

function optimizerSharing({ numbers: { optimizerShard } }: Target): Entry {
  const size: Entry = {
    key: 'optimizer_weight_shard_size',
    value: optimizerShard,
    comment: optimizerShard === -1 ? 'all replicas share the work' : 'replicas that share the work',
  };
  return {
    key: 'parallel',
    comment: 'As the weights were cut',
    value: [
      { key: 'enable_parallel_optimizer', value: optimizerShard !== 0 },
      ...(optimizerShard === 0 ? [] : [{ key: 'parallel_optimizer_config', value: [size] }]),
    ],
  };
}

/** @param cut the weights are cut already, as they were saved or for the layout that is wanted */
function parallelConfig(target: Target, cut?: Scenario['layout']): Entry {
  const { dataParallel, modelParallel, pipelineStages, vocabEmbDp } = target.numbers;
  const vocabulary: Entry[] =
    cut === undefined || vocabEmbDp === undefined ? [] : [{ key: 'vocab_emb_dp', value: vocabEmbDp }];
  const batches: Entry = {
    key: 'micro_batch_num',
    value: pipelineStages,
    comment: `${EDIT} as in your training, at least pipeline_stage`,
  };
  return {
    key: 'parallel_config',
    comment: layoutComment(target, cut),
    value: [
      { key: 'data_parallel', value: dataParallel },
      { key: 'model_parallel', value: modelParallel },
      { key: 'pipeline_stage', value: pipelineStages },
      ...vocabulary,
      ...(pipelineStages > 1 ? [batches] : []),
    ],
  };
}

function layoutComment({ guessed, cards }: Target, cut: Scenario['layout'] | undefined): string {
  if (!guessed)
    return cut === undefined
      ? `The layout to load for: ${cards === 1 ? 'one card' : `${cards} cards in all`}`
      : 'As the weights were cut: other numbers do not load';
  return cut === 'saved'
    ? `${EDIT} the numbers that the weights were saved with, ${cards} cards in all`
    : `${EDIT} your layout; these ${cards} cards are a guess`;
}

/** How the training should save, so that it can be loaded again. */
function saving({ prefix }: LoadingFacts, { whole, redundancyRemoved = false }: Prepared): Entry {
  return {
    key: 'callbacks',
    comment: 'How the training saves; keep the other callbacks of your YAML',
    value: [
      [
        { key: 'type', value: 'CheckpointMonitor' },
        {
          key: 'prefix',
          value: prefix ?? 'CKP',
          comment: prefix === undefined ? `${EDIT} what the files are to be called` : undefined,
        },
        { key: 'save_checkpoint_steps', value: 1000, comment: `${EDIT} steps between two saves` },
        { key: 'keep_checkpoint_max', value: 5, comment: 'older saves are deleted' },
        { key: 'integrated_save', value: false },
        { key: 'async_save', value: false },
        { key: 'checkpoint_format', value: 'safetensors' },
        {
          key: 'remove_redundancy',
          value: !whole && redundancyRemoved,
          comment: 'True saves one copy of each slice',
        },
      ],
    ],
  };
}

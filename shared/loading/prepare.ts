import { refuse } from '../errors.ts';
import { t } from '../text/t.ts';
import type { CompleteFacts, LoadingFacts, RankFacts, StrategyFacts } from './facts.ts';
import type { Scenario } from './scenarios.ts';
import { authorStep, jobStep, outOf, protobufStep, type Step, sourceOf } from './steps.ts';
import { sameNumbers, type Target } from './target.ts';

/** What the training will be given, and what has to be written for that first. */
export interface Prepared {
  /** `load_checkpoint`. */
  readonly folder: string;
  readonly format: 'safetensors' | 'ckpt';
  /** Whole weights, or rank folders. */
  readonly whole: boolean;
  /** `src_strategy_path_or_dir`: the training puts the ranks together itself. */
  readonly srcStrategy?: string;
  /** Of rank folders; undefined where nobody can tell. */
  readonly redundancyRemoved?: boolean | undefined;
  /** A file name of rank folders, `{rank}` for the number; undefined where names follow no rule. */
  readonly fileName?: string | undefined;
  /** `resume_training`, where the training would not take this save by itself. */
  readonly resumeFile?: string;
  readonly steps: readonly Step[];
}

/** @throws CP_NOT_DISTRIBUTED, CP_STEP, CP_AMBIGUOUS, SG_NOT_FOUND where the scenario does not fit what is there */
export function prepare(
  facts: LoadingFacts,
  scenario: Scenario,
  target: Target,
  out: string | undefined,
): Prepared {
  if (scenario.resume) requireTraining(facts);
  switch (scenario.loads) {
    case 'complete':
      return wholeWeights(facts, scenario, target, out);
    case 'ranks':
      return rankFolders(requireRanks(facts), scenario, out);
    case 'merging':
      return mergedOnTheWay(facts, scenario, target, out);
    case 'cut':
      return cutFolders(facts, scenario, target, out);
  }
}

/** Complete weights in a form that a training can cut. */
function wholeWeights(
  facts: LoadingFacts,
  scenario: Scenario,
  target: Target,
  out: string | undefined,
): Prepared {
  if (facts.type === 'ranks') {
    requireStrategy(facts);
    const save = facts.save.name;
    const title = scenario.resume
      ? t('Merge {{save}} into complete weights.', { save })
      : t('Merge {{save}} into complete weights, without optimizer state, which only resuming needs.', {
          save,
        });
    const { path, step } = jobStep(title, {
      job: 'merge',
      ...sourceOf(facts),
      weightsOnly: !scenario.resume,
      out: out ?? outOf(facts, 'merged'),
    });
    return { folder: path, format: 'safetensors', whole: true, steps: [step] };
  }
  if (needsRename(facts)) {
    const renamed = jobStep(t("Give the weights MindSpore's names."), {
      job: 'rename',
      path: facts.path,
      to: 'mindspore',
      out: out ?? outOf(facts, 'mindspore'),
    });
    return { folder: renamed.path, format: 'safetensors', whole: true, steps: [renamed.step] };
  }
  const one = target.cards === 1 && facts.file !== undefined;
  if (facts.format === 'safetensors' || (facts.format === 'ckpt' && one))
    // A single card takes a file; several are given a folder, of which all files are read.
    return { folder: one ? facts.file : facts.folder, format: facts.format, whole: true, steps: [] };
  const converted = jobStep(t('Convert the weights to safetensors, which a task can cut.'), {
    job: 'convert',
    path: facts.path,
    to: 'safetensors',
    out: out ?? outOf(facts, 'safetensors'),
  });
  return { folder: converted.path, format: 'safetensors', whole: true, steps: [converted.step] };
}

/** Of Hugging Face's names MindSpore Transformers turns Llama's itself. */
export function needsRename({ naming, modelType }: CompleteFacts): boolean {
  return naming === 'huggingface' && modelType !== 'llama';
}

/** Rank folders as they were cut. A training takes the newest save of the folder, from every rank. */
function rankFolders(facts: RankFacts, scenario: Scenario, out: string | undefined): Prepared {
  const { folder, format, fileName, redundancyRemoved, newest, missingRanks, save } = facts;
  if (scenario.resume && format !== 'mixed')
    return {
      ...{ folder, format, fileName, redundancyRemoved, whole: false, steps: [] },
      ...((!newest || !facts.metaFits) && save.suffix !== '' && { resumeFile: facts.fileOfRankZero }),
    };
  if (newest && missingRanks.length === 0 && format !== 'mixed')
    return { folder, format, fileName, redundancyRemoved, whole: false, steps: [] };
  const why = !newest
    ? t('Write {{save}} to a folder of its own, as a task takes the newest save of a folder.', {
        save: save.name,
      })
    : missingRanks.length > 0
      ? t('Write the folders of all ranks, with what the missing ones held taken from their replicas.')
      : t('Write all files as safetensors: those of both formats are not read together.');
  return resharded(facts, requireStrategy(facts).path, why, out);
}

function resharded(facts: RankFacts, dstStrategy: string, title: string, out: string | undefined): Prepared {
  const removeRedundancy = facts.redundancyRemoved === true;
  const { path, step } = jobStep(title, {
    job: 'reshard',
    ...sourceOf(facts),
    dstStrategy,
    removeRedundancy,
    out: out ?? outOf(facts, 'ranks'),
  });
  return {
    ...{ folder: path, format: 'safetensors', whole: false, steps: [step] },
    ...{ fileName: 'net.safetensors', redundancyRemoved: removeRedundancy },
  };
}

/** Rank folders that the training itself puts together; merged before where it would take other files. */
function mergedOnTheWay(
  facts: LoadingFacts,
  scenario: Scenario,
  target: Target,
  out: string | undefined,
): Prepared {
  // Whole weights with their optimizer state and counters: a training can go on from these, too.
  if (facts.type === 'complete' && scenario.resume) return wholeWeights(facts, scenario, target, out);
  const ranks = requireRanks(facts);
  const strategy = requireStrategy(ranks);
  if (!ranks.newest || ranks.missingRanks.length > 0 || ranks.format !== 'safetensors')
    return wholeWeights(ranks, scenario, target, out);
  const protobuf = protobufStep(strategy, ranks);
  const { folder, format, redundancyRemoved, fileName } = ranks;
  return {
    ...{ folder, format, redundancyRemoved, fileName, whole: false },
    srcStrategy: protobuf?.path ?? strategy.path,
    steps: protobuf ? [protobuf.step] : [],
  };
}

/** Rank folders of the wanted layout. */
function cutFolders(
  facts: LoadingFacts,
  scenario: Scenario,
  target: Target,
  out: string | undefined,
): Prepared {
  const saved = facts.type === 'ranks' ? facts.strategy?.parallel : undefined;
  if (
    facts.type === 'ranks' &&
    saved &&
    target.dstStrategy === undefined &&
    sameNumbers(saved, target.numbers)
  )
    return rankFolders(facts, scenario, out);
  if (facts.type === 'ranks') requireStrategy(facts);
  // Strategies name parameters as MindSpore does.
  const renamed =
    facts.type === 'complete' && facts.naming === 'huggingface'
      ? wholeWeights({ ...facts, modelType: undefined }, scenario, target, undefined)
      : undefined;
  const source = renamed?.folder ?? facts.path;
  const authored =
    target.dstStrategy === undefined ? authorStep(requireNames(facts), source, target) : undefined;
  const before = [...(renamed?.steps ?? []), ...(authored ? [authored.step] : [])];
  const dstStrategy = authored?.path ?? target.dstStrategy ?? '';
  const name = `cut_for_${target.cards}_ranks`;
  const cut =
    facts.type === 'ranks'
      ? resharded(
          facts,
          dstStrategy,
          t('Cut the weights of the ranks anew, for this strategy.'),
          out ?? outOf(facts, name),
        )
      : sliced(source, dstStrategy, out ?? outOf(facts, name));
  return { ...cut, steps: [...before, ...cut.steps] };
}

function sliced(path: string, dstStrategy: string, out: string): Prepared {
  const { step } = jobStep(t('Cut the weights for this strategy.'), { job: 'slice', path, dstStrategy, out });
  return {
    ...{ folder: out, format: 'safetensors', whole: false, steps: [step] },
    ...{ fileName: 'net.safetensors', redundancyRemoved: false },
  };
}

function requireTraining({ resumable, path, ...facts }: LoadingFacts): void {
  if (!resumable)
    refuse(
      'CP_STEP',
      t('Training cannot resume from {{save}}: it holds weights only, without optimizer state.', {
        save: facts.type === 'ranks' ? facts.save.name : path,
      }),
      t(
        'Open a save with optimizer state, which training writes to its checkpoint folder; or start anew from these weights.',
      ),
      { file: path },
    );
  if (facts.type === 'ranks' && facts.missingRanks.length > 0)
    refuse(
      'CP_STEP',
      t('Training cannot resume from {{save}}: {{ranks}} of the ranks lack it.', {
        save: facts.save.name,
        ranks: facts.missingRanks.length,
      }),
      t('Open a save that every rank has.'),
      { file: path, rank: facts.missingRanks[0] },
    );
  if (facts.type === 'ranks' && facts.format === 'mixed')
    refuse(
      'CP_AMBIGUOUS',
      t('Training cannot resume from {{save}}: its files are of both formats, .ckpt and safetensors.', {
        save: facts.save.name,
      }),
      t('Convert them to one format first.'),
      { file: path },
    );
}

function requireRanks(facts: LoadingFacts): RankFacts {
  if (facts.type === 'ranks') return facts;
  return refuse(
    'CP_NOT_DISTRIBUTED',
    t('These are complete weights: there are no rank folders that were saved with a layout.'),
    t('Load them on several cards, for any layout.'),
    { file: facts.path },
  );
}

function requireStrategy({ strategy, path, ranks }: RankFacts): StrategyFacts {
  if (strategy) return strategy;
  return refuse(
    'SG_NOT_FOUND',
    t('No strategy was found for the {{ranks}} ranks, so nobody can say which part each of them holds.', {
      ranks: ranks.length,
    }),
    t('Name the strategy file or folder that the training run wrote, usually output/strategy.'),
    { file: path },
  );
}

function requireNames<F extends LoadingFacts>(facts: F): F {
  if (facts.naming !== undefined) return facts;
  return refuse(
    'SG_NOT_FOUND',
    t(
      'The strategy of the task to come is needed: it can be written before only for models whose parameters are named as those of Llama and Qwen2.',
    ),
    t('Run that task once with only_save_strategy: True, and name its strategy folder.'),
    { file: facts.path },
  );
}

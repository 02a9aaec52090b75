import { commandLine, quote } from '../command-line.ts';
import { refuse } from '../errors.ts';
import type { JobDraftInput } from '../job-options.ts';
import { authorCommand, saveCommand } from '../strategy-command.ts';
import { t } from '../text/t.ts';
import type { LoadingFacts, StrategyFacts } from './facts.ts';
import { beside, lastName } from './paths.ts';
import type { Target } from './target.ts';

/** Something that has to be done before the training can be started. */
export interface Step {
  /** A sentence. */
  readonly title: string;
  readonly command?: string;
  /** The command's words in capitals stand for something that nobody here can know. */
  readonly template?: true;
  /** The job behind the command: a window opens its dialog. */
  readonly job?: JobDraftInput;
}

export interface Written {
  readonly path: string;
  readonly step: Step;
}

/** A job of Shardscope, and where its output will be. */
export function jobStep(title: string, job: JobDraftInput & { readonly out: string }): Written {
  return { path: job.out, step: { title, command: commandLine(job), job } };
}

/** What names the source of a job: the strategy only where it would not be found again, the save among several. */
export function sourceOf(facts: LoadingFacts) {
  if (facts.type === 'complete') return { path: facts.path };
  const { path, strategy, save, saveCount } = facts;
  return {
    path,
    ...(strategy?.given && { strategy: strategy.path }),
    ...(saveCount > 1 && save.suffix !== '' && { fileSuffix: save.suffix }),
  };
}

/** A folder beside the checkpoint, named for what is done and, of saves, for the step: `merged_step20`. */
export function outOf({ path, ...facts }: LoadingFacts, done: string): string {
  if (facts.type === 'complete') return beside(path, `${stemOf(path)}_${done}`);
  const save = facts.save.suffix === '' ? '' : `_${facts.save.name.replaceAll(/\W+/g, '')}`;
  return beside(path, `${done}${save}`);
}

function stemOf(path: string): string {
  return lastName(path).replace(/\.(safetensors|ckpt)$/, '');
}

/** The strategy of a layout, for weights under MindSpore's names. */
export function authorStep(facts: LoadingFacts, path: string, target: Target): Written {
  const { modelParallel, pipelineStages, optimizerShard, vocabEmbDp = true } = target.numbers;
  // Ranks of context parallel hold the slices that as many more data parallel ones would.
  const { contextParallel = 1, expertParallel = 1 } = target.numbers;
  const dataParallel = target.numbers.dataParallel * contextParallel;
  if (expertParallel > 1)
    refuse(
      'SG_NOT_FOUND',
      t('The strategy of the task to come is needed: none with expert parallel is written here.'),
      t('Run that task once with only_save_strategy: True, and name its strategy folder.'),
      { file: facts.path },
    );
  const stages = pipelineStages > 1 ? `_pp${pipelineStages}` : '';
  const out = beside(facts.path, `strategy_dp${dataParallel}_mp${modelParallel}${stages}.ckpt`);
  const options = {
    ...(path === facts.path ? sourceOf(facts) : { path }),
    ...{ dataParallel, modelParallel, pipelineStages, optimizerShard, vocabEmbDp },
    ...{ form: 'ckpt' as const, overwrite: false, dryRun: false },
  };
  return {
    path: out,
    step: { title: t('Write the strategy of the layout to come.'), command: authorCommand(options, out) },
  };
}

/** The strategy as MindSpore Transformers reads it. */
export function protobufStep(strategy: StrategyFacts, facts: LoadingFacts): Written | undefined {
  if (!strategy.json) return undefined;
  const out = beside(facts.path, 'src_strategy.ckpt');
  return {
    path: out,
    step: {
      title: t('Write the strategy as protobuf, which MindSpore Transformers reads.'),
      command: oneFileCommand(strategy.path, out),
    },
  };
}

const STRATEGY = './output/strategy';
export const DST_STRATEGY = './output/merged_strategy/dst_strategy.ckpt';

/** How machines without a common disk get the merged strategy of the training to come. */
export function strategySteps({ dstStrategy, machines }: Target, compile: string): readonly Step[] {
  const handOut: Step = {
    title: t(
      'Hand the merged strategy out: every machine needs it at {{path}}, seen from where its task starts.',
      { path: DST_STRATEGY },
    ),
    command: `scp ${DST_STRATEGY} MACHINE:PROJECT/output/merged_strategy/`,
    template: true,
  };
  if (dstStrategy !== undefined)
    return [
      {
        title: t('Merge the strategy of the task to come.'),
        command: oneFileCommand(dstStrategy, DST_STRATEGY),
      },
      handOut,
    ];
  return [
    {
      title: t(
        'On each of the {{machines}} machines start the task with the first YAML: it compiles, saves the strategy of its own ranks in {{path}}, and ends.',
        { machines, path: STRATEGY },
      ),
      command: compile,
      template: true,
    },
    {
      title: t(
        'Gather the strategy files of all machines in {{path}} of the first one, once for each other MACHINE.',
        { path: STRATEGY },
      ),
      command: `scp 'MACHINE:PROJECT/output/strategy/*.ckpt' ${STRATEGY}/`,
      template: true,
    },
    { title: t('Merge them on the first machine.'), command: oneFileCommand(STRATEGY, DST_STRATEGY) },
    handOut,
  ];
}

/** Writes a strategy as one `.ckpt` file, the rank files of a folder merged. */
function oneFileCommand(strategy: string, out: string): string {
  const isFile = /\.(ckpt|json)$/i.test(strategy);
  return saveCommand({ path: strategy, form: 'ckpt', overwrite: false, dryRun: false }, out, !isFile);
}

/** Whole weights on every machine, at the same path. */
export function copyStep(folder: string): Step {
  return {
    title: t('Copy the weights to {{folder}} on every other MACHINE.', { folder }),
    command: `rsync -a ${quote(folder)}/ MACHINE:${quote(folder)}/`,
    template: true,
  };
}

/** Rank folders on the machines that run those ranks. */
export function shareStep(folder: string, { cards, machines }: Target): Step {
  const each = cards / machines;
  const span = (first: number) => (each === 1 ? `${first}` : `${first}–${first + each - 1}`);
  const ranks = each === 1 ? '1' : `{${each}..${2 * each - 1}}`;
  return {
    title: t(
      'Copy to each MACHINE the folders of its own ranks: the first keeps {{first}}, the second gets {{second}}, and so on.',
      { first: span(0), second: span(each) },
    ),
    command: `rsync -a ${quote(folder)}/rank_${ranks} MACHINE:${quote(folder)}/`,
    template: true,
  };
}

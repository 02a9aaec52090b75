import { type Command, Option } from 'commander';
import { SCENARIO_IDS, type ScenarioId } from '../../../shared/loading/scenarios.ts';
import { type CheckpointOptions, checkpoint, type JobOptions, job } from '../options.ts';
import type { Run } from '../program.ts';
import { parseTolerance, parseWhole } from '../sizes.ts';

export interface TensorsOptions extends CheckpointOptions {
  readonly rank?: number;
  readonly filter?: string;
  readonly csv?: boolean;
}

export interface RedundancyCommandOptions extends CheckpointOptions, JobOptions {
  readonly verify?: boolean;
}

export interface CompareCommandOptions extends JobOptions {
  readonly atol?: number;
  readonly rtol?: number;
  /** false with `--no-equal-nan`. */
  readonly equalNan: boolean;
  readonly map?: readonly string[];
  readonly strategy?: string;
  readonly strategyB?: string;
}

export interface ConfigOptions extends CheckpointOptions {
  readonly scenario?: ScenarioId;
  readonly dataParallel?: number;
  readonly modelParallel?: number;
  readonly pipelineStages?: number;
  readonly contextParallel?: number;
  readonly expertParallel?: number;
  readonly dstStrategy?: string;
  readonly machines?: number;
  readonly out?: string;
}

const MAX_CARDS = 2 ** 20;

/** Commands that look at a checkpoint and write nothing. */
export function addInspectCommands(root: Command, run: Run): void {
  checkpoint(root.command('inspect').argument('<path>', 'checkpoint folder or file, or a strategy'))
    .description('what it is: kind, files, ranks, stages, steps, totals, redundancy, problems')
    .action((path: string, options: CheckpointOptions) =>
      run(async (t) => (await import('../inspect.ts')).inspect(t, path, options)),
    );

  checkpoint(root.command('tensors').argument('<path>', 'checkpoint folder or file'))
    .description('every stored tensor: name, dtype, shape, bytes, file, rank')
    .option('--rank <number>', 'only what this rank holds', parseWhole(0, 1_000_000))
    .option('--filter <expression>', 'only tensors that fit, as in the app: text, /regex/, dtype:, shape:, !')
    .option('--csv', 'comma-separated values')
    .action((path: string, options: TensorsOptions) =>
      run(async (t) => (await import('../tensors.ts')).tensors(t, path, options)),
    );

  job(checkpoint(root.command('redundancy').argument('<path>', 'folder of rank folders')))
    .description('what the ranks hold more than once: bytes held, needed, saved, by ranks and by parameter')
    .option('--verify', 'compare the copies bit by bit')
    .action((path: string, options: RedundancyCommandOptions) =>
      run(async (t) => (await import('../redundancy.ts')).redundancy(t, path, options)),
    );

  job(
    root
      .command('compare')
      .argument('<a>', 'folder or file; DIR#rank_3 for one rank, DIR#1_20 for one save')
      .argument('<b>', 'what to compare it with'),
  )
    .description('compare two checkpoints, saves, ranks or files tensor by tensor')
    .option('--atol <number>', 'largest difference that counts as equal (default: 0)', parseTolerance)
    .option('--rtol <number>', 'the same, as a share of B: |a - b| <= atol + rtol * |b|', parseTolerance)
    .option('--no-equal-nan', 'NaN does not equal NaN')
    .option(
      '--map <rule...>',
      "what A's names become: OLD=NEW for a beginning, /OLD/=NEW for a regular expression",
    )
    .option('--strategy <path>', 'strategy of both (default: found beside the weights)')
    .option('--strategy-b <path>', 'strategy of B, where it has another')
    .action((a: string, b: string, options: CompareCommandOptions) =>
      run(async (t) => (await import('../compare.ts')).compare(t, a, b, options)),
    );

  job(checkpoint(root.command('verify').argument('<path>', 'checkpoint or strategy, folder or file')))
    .description(
      'check every header, size, index and CRC; with a strategy, that replicas are equal; of a strategy, that its files agree',
    )
    .action((path: string, options: JobOptions & CheckpointOptions) =>
      run(async (t) => (await import('../verify.ts')).verify(t, path, options)),
    );

  root
    .command('resume-check')
    .argument('<output>', 'output folder of a training run, or its checkpoint folder')
    .description('can training resume from here, from which step, and why from no later one')
    .option('--strategy <path>', 'strategy file or folder (default: found beside the weights)')
    .addHelpText(
      'after',
      '\nExit code 0: from the newest save. 1: from an older one, or not at all. 3: files are damaged.',
    )
    .action((path: string, options: { strategy?: string }) =>
      run(async (t) => (await import('../resume-check.ts')).resumeCheck(t, path, options)),
    );

  checkpoint(root.command('config').argument('<path>', 'checkpoint folder or file'))
    .description('the YAML that loads it in MindSpore Transformers, and what must be done first')
    .addOption(
      new Option('--scenario <name>', 'what it is loaded for (default: list them)').choices(SCENARIO_IDS),
    )
    .option('--data-parallel <number>', 'layout to load for: replicas', parseWhole(1, MAX_CARDS))
    .option('--model-parallel <number>', 'layout to load for: parts of each matrix', parseWhole(1, MAX_CARDS))
    .option(
      '--pipeline-stage, --pipeline-stages <number>',
      'layout to load for: stages that share the layers',
      parseWhole(1, MAX_CARDS),
    )
    .option(
      '--context-parallel <number>',
      'layout to load for: parts of each sequence',
      parseWhole(1, MAX_CARDS),
    )
    .option(
      '--expert-parallel <number>',
      'layout to load for: data parallel ranks that share out the experts',
      parseWhole(1, MAX_CARDS),
    )
    .option('--dst-strategy <path>', 'strategy that the task to come compiled, in place of these numbers')
    .option(
      '--machines <number>',
      'machines that share the cards (default: 8 cards on each)',
      parseWhole(1, MAX_CARDS),
    )
    .option('--out <folder>', 'where what must be written first is to go (default: beside the checkpoint)')
    .addHelpText(
      'after',
      '\nstdout is one YAML stream. Exit code 0: it loads as it is. 1: its comments say what must be done first.',
    )
    .action((path: string, options: ConfigOptions) =>
      run(async (t) => (await import('../config.ts')).config(t, path, options)),
    );
}

import type { Command } from 'commander';
import { checkpoint } from '../options.ts';
import type { Run } from '../program.ts';
import { parseSize, parseWhole, several } from '../sizes.ts';

export interface StrategyOutputOptions {
  readonly overwrite?: boolean;
  readonly dryRun?: boolean;
}

export interface StrategyWriteOptions extends StrategyOutputOptions {
  readonly model: string;
  readonly strategy?: string;
  readonly fileSuffix?: string;
  readonly dataParallel: number;
  readonly modelParallel: number;
  readonly pipelineStages?: number;
  readonly optimizerShard?: number | true;
  readonly optimizerThreshold?: number;
  readonly vocabEmbDp?: boolean;
  readonly layersPerStage?: readonly number[];
  readonly out: string;
}

const MAX_RANKS = 2 ** 20;

/** Commands about strategy files. */
export function addStrategyCommands(root: Command, run: Run): void {
  const strategy = root.command('strategy').description('read, merge, convert and write strategy files');
  strategy
    .command('show')
    .argument('<path>', 'strategy file (one stage or merged) or a folder of them')
    .description('how each parameter is cut over the ranks')
    .option('--param <name>', 'one parameter, rank by rank')
    .action((path: string, options: { param?: string }) =>
      run(async (t) => (await import('../strategy-show.ts')).strategyShow(t, path, options)),
    );

  output(strategy.command('merge').argument('<folder>', 'folder of strategy files, one a rank'))
    .argument('<file>', 'merged strategy to write: .ckpt, or .json')
    .description('merge the strategy files of all pipeline stages into one')
    .action((folder: string, file: string, options: StrategyOutputOptions) =>
      run(async (t) => (await import('../strategy-write.ts')).strategyMerge(t, folder, file, options)),
    );

  output(strategy.command('convert').argument('<source>', 'strategy file, or a folder of them to merge'))
    .argument('<file>', 'file to write: .json, else protobuf')
    .description('write a strategy file in its other form')
    .action((source: string, file: string, options: StrategyOutputOptions) =>
      run(async (t) => (await import('../strategy-write.ts')).strategyConvert(t, source, file, options)),
    );

  output(checkpoint(strategy.command('write')))
    .description('write the strategy of a parallel layout, to slice a model before any training compiled one')
    .requiredOption('--model <path>', "weights under MindSpore's names: complete, or of ranks")
    .requiredOption('--data-parallel <number>', 'replicas of each slice', parseWhole(1, MAX_RANKS))
    .requiredOption('--model-parallel <number>', 'parts of each matrix', parseWhole(1, MAX_RANKS))
    .requiredOption('--out <path>', 'merged file (.ckpt, .json), or folder for one file a rank')
    .option(
      '--pipeline-stages <number>',
      'stages that share the layers (default: 1)',
      parseWhole(1, MAX_RANKS),
    )
    .option(
      '--layers-per-stage <number...>',
      'layers of each stage (default: equal)',
      several(parseWhole(0, MAX_RANKS)),
    )
    .option(
      '--optimizer-shard [number]',
      'share the optimizer over so many replicas (all when no number is given)',
      parseWhole(1, MAX_RANKS),
    )
    .option('--optimizer-threshold <size>', 'smallest parameter to share (default: 64KiB)', parseSize)
    .option('--vocab-emb-dp', 'embedding and lm_head whole on each rank')
    .action((options: StrategyWriteOptions) =>
      run(async (t) => (await import('../strategy-write.ts')).strategyWrite(t, options)),
    );
}

function output(command: Command): Command {
  return command
    .option('--overwrite', 'replace what is there, once the new is complete')
    .option('--dry-run', 'write nothing');
}

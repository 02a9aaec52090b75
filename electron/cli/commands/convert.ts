import { type Command, Option } from 'commander';
import {
  type CheckpointOptions,
  type CopyOptions,
  checkpoint,
  copies,
  fileSuffix,
  type WriteOptions,
  write,
} from '../options.ts';
import type { Run } from '../program.ts';
import { parsePair, parseSize, parseWhole, several } from '../sizes.ts';

export interface MergeOptions extends WriteOptions, CheckpointOptions, CopyOptions {
  readonly hasRedundancy: 'auto' | 'true' | 'false';
  readonly filterOutParamPrefix?: readonly string[];
  readonly filterOutRegex?: string;
  readonly weightsOnly?: boolean;
  readonly dtype?: 'f32' | 'f16' | 'bf16';
  readonly failOnOverflow?: boolean;
  readonly names: 'mindspore' | 'huggingface';
  readonly maxShardSize?: number;
}

/** Which rank folders to write. */
interface RankOptions extends WriteOptions {
  readonly rank?: readonly number[];
  readonly removeRedundancy?: boolean;
}

export interface SliceOptions extends RankOptions {
  /** The strategy to slice for. */
  readonly strategy: string;
}

export interface ReshardOptions extends RankOptions, CopyOptions {
  readonly srcStrategy?: string;
  readonly dstStrategy: string;
  readonly fileSuffix?: string;
}

export type RedundancyOptions = WriteOptions & CheckpointOptions & CopyOptions;

export interface RenameOptions extends WriteOptions, CheckpointOptions, CopyOptions {
  readonly to: 'mindspore' | 'huggingface';
  readonly qkvConcat?: boolean;
  readonly maxShardSize?: number;
}

export interface ConvertOptions extends WriteOptions {
  readonly to: 'safetensors' | 'ckpt';
  readonly nameMap?: string;
  readonly fileNameRegex?: string;
  readonly crc?: boolean;
}

export interface MetadataOptions extends WriteOptions {
  readonly set?: readonly [key: string, value: string][];
  readonly remove?: readonly string[];
}

/** Commands that write weights: one for each job of the engine. */
export function addConvertCommands(root: Command, run: Run): void {
  const rankFolders = 'folder of rank folders';

  copies(write(checkpoint(root.command('merge').argument('<source>', 'rank folders, or complete weights'))))
    .description('put the slices of all ranks together into complete weights')
    .addOption(
      new Option('--has-redundancy <state>', 'whether replicas were saved')
        .choices(['auto', 'true', 'false'])
        .default('auto'),
    )
    .option('--filter-out-param-prefix <prefix...>', 'leave out parameters whose names begin so')
    .option('--filter-out-regex <regex>', 'leave out parameters in whose names this occurs')
    .option('--weights-only', 'leave out optimizer state')
    .addOption(
      new Option('--dtype <dtype>', 'cast floating-point weights, rounding to nearest even').choices([
        'f32',
        'f16',
        'bf16',
      ]),
    )
    .option('--fail-on-overflow', 'fail when a value is too large for --dtype')
    .addOption(
      new Option('--names <style>', 'names and file layout to write')
        .choices(['mindspore', 'huggingface'])
        .default('mindspore'),
    )
    .option(...MAX_SHARD_SIZE)
    .action((source: string, options: MergeOptions) =>
      run(async (t) => (await import('../merge.ts')).merge(t, source, options)),
    );

  ranks(write(root.command('slice').argument('<source>', 'complete weights: folder or file')))
    .description('cut complete weights into the rank folders of a strategy')
    .requiredOption('--strategy <path>', 'strategy file or folder to slice for')
    .action((source: string, options: SliceOptions) =>
      run(async (t) => (await import('../rank-folders.ts')).slice(t, source, options)),
    );

  copies(ranks(write(fileSuffix(root.command('reshard').argument('<source>', rankFolders)))))
    .description('cut the weights of ranks anew, from their strategy to another')
    .option('--src-strategy <path>', 'strategy of the source (default: found beside the weights)')
    .requiredOption('--dst-strategy <path>', 'strategy file or folder to cut for')
    .action((source: string, options: ReshardOptions) =>
      run(async (t) => (await import('../rank-folders.ts')).reshard(t, source, options)),
    );

  copies(write(checkpoint(root.command('dedupe').argument('<source>', rankFolders))))
    .description('remove redundancy: keep one copy of each slice')
    .action((source: string, options: RedundancyOptions) =>
      run(async (t) => (await import('../rank-folders.ts')).redundancy(t, 'dedupe', source, options)),
    );

  copies(write(checkpoint(root.command('restore').argument('<source>', rankFolders))))
    .description('put redundancy back: every rank gets all of its slices')
    .action((source: string, options: RedundancyOptions) =>
      run(async (t) => (await import('../rank-folders.ts')).redundancy(t, 'restore', source, options)),
    );

  copies(write(checkpoint(root.command('rename').argument('<source>', 'weights: folder or file'))))
    .description('write weights under the names of Hugging Face or MindSpore')
    .addOption(
      new Option('--to <style>', 'names and file layout to write')
        .choices(['mindspore', 'huggingface'])
        .makeOptionMandatory(),
    )
    .option('--qkv-concat', "MindSpore's weights have query, key and value in one tensor, and gate and up")
    .option(...MAX_SHARD_SIZE)
    .action((source: string, options: RenameOptions) =>
      run(async (t) => (await import('../rename.ts')).rename(t, source, options)),
    );

  write(root.command('convert').argument('<source>', 'weight file, or folder of files or of rank folders'))
    .description('write each weight file as .ckpt or as safetensors')
    .addOption(
      new Option('--to <format>', 'format to write').choices(['safetensors', 'ckpt']).makeOptionMandatory(),
    )
    .option('--name-map <file>', 'JSON file with new names of parameters: {"old": "new"}')
    .option('--file-name-regex <regex>', 'only files whose names match (default: every save of every rank)')
    .option('--crc', "write a CRC-32 into each file, which MindSpore's crc_check=True checks")
    .action((source: string, options: ConvertOptions) =>
      run(async (t) => (await import('../convert.ts')).convert(t, source, options)),
    );

  write(root.command('metadata').argument('<file>', 'safetensors file'))
    .description('write a safetensors file with other metadata and the same tensors')
    .option('--set <key=value...>', 'keys with their new values', several(parsePair))
    .option('--remove <key...>', 'keys to leave out')
    .action((file: string, options: MetadataOptions) =>
      run(async (t) => (await import('../metadata.ts')).metadata(t, file, options)),
    );

  write(root.command('salvage').argument('<file>', 'safetensors file that was cut short'))
    .description('write the tensors that are wholly there to a new file')
    .action((file: string, options: WriteOptions) =>
      run(async (t) => (await import('../metadata.ts')).salvage(t, file, options)),
    );
}

const MAX_SHARD_SIZE = ['--max-shard-size <size>', 'largest output file (default: 3GiB)', parseSize] as const;

function ranks(command: Command): Command {
  return command
    .option('--rank <number...>', 'ranks to write (default: all)', several(parseWhole(0, 1_000_000)))
    .option('--remove-redundancy', 'keep one copy of each slice');
}

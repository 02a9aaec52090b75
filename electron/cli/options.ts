import { type Command, Option } from 'commander';
import type { Split } from '../../shared/plan/shares.ts';
import { parseRank, parseSize, parseSplit, parseWhole } from './sizes.ts';
import type { TerminalOptions } from './terminal.ts';

/** Options before or after the command's name. */
export type Flags = TerminalOptions;

/** Which checkpoint is meant, where a path alone does not say. */
export interface CheckpointOptions {
  readonly strategy?: string;
  readonly fileSuffix?: string;
}

/** Of every command that takes a while. */
export interface JobOptions {
  readonly threads?: number;
  readonly progress: 'auto' | 'plain' | 'json' | 'none';
}

/** Of every job that writes. */
export interface WriteOptions extends JobOptions {
  readonly out: string;
  readonly dryRun?: boolean;
  readonly overwrite?: boolean;
  readonly memory?: number;
  readonly fsync: boolean;
  readonly verify: boolean;
  readonly resume: boolean;
  readonly split?: Split;
  readonly finish?: boolean;
  readonly report: boolean;
}

/** Of jobs whose source may have copies of a slice on several ranks. */
export interface CopyOptions {
  readonly checkReplicas?: boolean;
  readonly onConflict?: number;
}

export function copies(command: Command): Command {
  return command
    .option('--check-replicas', 'compare all copies of each slice on the way, and fail if any differ')
    .option('--on-conflict <rank=K>', "compare them, and where they differ take rank K's copy", parseRank);
}

/** The fields of a job's input from these options. */
export function copyInput({ checkReplicas, onConflict }: CopyOptions) {
  return { checkReplicas, onConflict };
}

export function checkpoint(command: Command): Command {
  return fileSuffix(
    command.option('--strategy <path>', 'strategy file or folder (default: found beside the weights)'),
  );
}

export function fileSuffix(command: Command): Command {
  return command.option(
    '--file-suffix <suffix>',
    'which save: EPOCH_STEP, TASK-EPOCH_STEP or N (default: the newest)',
  );
}

export function job(command: Command): Command {
  return command
    .option('--threads <number>', 'worker threads', parseWhole(1, 64))
    .addOption(
      new Option('--progress <style>', 'how progress is told on stderr')
        .choices(['auto', 'plain', 'json', 'none'])
        .default('auto'),
    );
}

export function write(command: Command): Command {
  return job(command)
    .requiredOption('--out <folder>', 'folder to write')
    .option('--dry-run', 'print the plan and write nothing')
    .option('--overwrite', 'replace what is in the output folder, once the new output is complete')
    .option('--memory <size>', 'bound on the copy buffers of all threads together', parseSize)
    .option('--no-fsync', 'leave flushing to the disk to the system')
    .option('--no-verify', 'do not read the output back before it gets its final name')
    .option(
      '--split <i/n>',
      'do only the i-th of n shares of the output files; the last publishes',
      parseSplit,
    )
    .option('--finish', 'publish what all shares wrote; fails while any is missing')
    .option('--no-resume', 'start over instead of going on where a killed run stopped')
    .option('--no-report', 'do not write shardscope-report.json beside the output');
}

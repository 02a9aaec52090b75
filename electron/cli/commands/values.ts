import type { Command } from 'commander';
import { type CheckpointOptions, checkpoint } from '../options.ts';
import type { Run } from '../program.ts';
import { parseWhole } from '../sizes.ts';

export interface ValuesOptions extends CheckpointOptions {
  readonly slice?: string;
  readonly rank?: number;
  readonly out?: string;
  readonly overwrite?: boolean;
}

export interface StatsOptions extends CheckpointOptions {
  readonly rank?: number;
  readonly filter?: string;
  readonly threads?: number;
}

/** Commands that read the values of tensors. */
export function addValuesCommands(root: Command, run: Run): void {
  const rank = [
    '--rank <number>',
    "a rank's own slice instead of the whole tensor",
    parseWhole(0, 1_000_000),
  ] as const;

  checkpoint(
    root
      .command('values')
      .argument('<path>', 'checkpoint file or folder')
      .argument('<tensor>', 'name of the tensor'),
  )
    .description('exact values of a tensor, put together from all ranks')
    .option('--slice <slice>', 'part of it, as NumPy writes it: "0,:,3:10"')
    .option(...rank)
    .option('--out <file>', 'write them to a .npy or .csv file')
    .option('--overwrite', 'replace the file')
    .action((path: string, tensor: string, options: ValuesOptions) =>
      run(async (t) => (await import('../values.ts')).values(t, path, tensor, options)),
    );

  checkpoint(
    root
      .command('stats')
      .argument('<path>', 'checkpoint file or folder')
      .argument('[tensors...]', 'names of tensors (default: all)'),
  )
    .description(
      'min, max, mean, std, zeros, NaN and Inf of tensors; quantiles and a histogram of a single one',
    )
    .option(...rank)
    .option('--filter <expression>', 'only tensors that fit, as in the app: text, /regex/, dtype:, shape:, !')
    .option('--threads <number>', 'worker threads', parseWhole(1, 64))
    .action((path: string, tensors: string[], options: StatsOptions) =>
      run(async (t) => (await import('../stats.ts')).stats(t, path, tensors, options)),
    );
}

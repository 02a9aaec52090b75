import type { Command } from 'commander';
import { type CheckpointOptions, checkpoint, type JobOptions, job } from '../options.ts';
import type { Run } from '../program.ts';
import { parseWhole } from '../sizes.ts';

export interface TensorsOptions extends CheckpointOptions {
  readonly rank?: number;
  readonly filter?: string;
  readonly csv?: boolean;
}

export interface RedundancyCommandOptions extends CheckpointOptions, JobOptions {
  readonly verify?: boolean;
}

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

  job(checkpoint(root.command('verify').argument('<path>', 'checkpoint folder or file')))
    .description('check every header, size, index and CRC; with a strategy, that replicas are equal')
    .action((path: string, options: JobOptions & CheckpointOptions) =>
      run(async (t) => (await import('../verify.ts')).verify(t, path, options)),
    );
}

import type { Command } from 'commander';
import type { Run } from '../program.ts';

/** Commands about strategy files. */
export function addStrategyCommands(root: Command, run: Run): void {
  const strategy = root.command('strategy').description('read and merge strategy files');
  strategy
    .command('show')
    .argument('<path>', 'strategy file (one stage or merged) or a folder of them')
    .description('how each parameter is cut over the ranks')
    .option('--param <name>', 'one parameter, rank by rank')
    .action((path: string, options: { param?: string }) =>
      run(async (t) => (await import('../strategy-show.ts')).strategyShow(t, path, options)),
    );
  strategy
    .command('merge')
    .argument('<folder>', 'folder of strategy files, one a rank')
    .argument('<file>', 'merged strategy to write: .ckpt, or .json')
    .description('merge the strategy files of all pipeline stages into one')
    .option('--overwrite', 'replace FILE')
    .option('--dry-run', 'write nothing')
    .action((folder: string, file: string, options: { overwrite?: boolean; dryRun?: boolean }) =>
      run(async (t) => (await import('../strategy-merge.ts')).strategyMerge(t, folder, file, options)),
    );
}

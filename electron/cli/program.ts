import { Command, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { parseSize, parseWhole } from './sizes.ts';
import { Terminal, type TerminalOptions } from './terminal.ts';

/** Options before or after the command's name. */
export type Flags = TerminalOptions;

export interface CheckpointOptions {
  readonly strategy?: string;
  readonly fileSuffix?: string;
}

export interface TensorsOptions extends CheckpointOptions {
  readonly rank?: number;
  readonly filter?: string;
  readonly csv?: boolean;
}

export interface JobOptions {
  readonly threads?: number;
  readonly progress: 'auto' | 'plain' | 'json' | 'none';
}

export interface WriteOptions extends JobOptions {
  readonly dryRun?: boolean;
  readonly overwrite?: boolean;
  readonly memory?: number;
  readonly fsync: boolean;
  readonly verify: boolean;
}

export interface MergeCommandOptions extends WriteOptions, CheckpointOptions {
  readonly out: string;
  readonly hasRedundancy: 'auto' | 'true' | 'false';
  readonly filterOutParamPrefix?: readonly string[];
  readonly names: 'mindspore' | 'huggingface';
  readonly maxShardSize?: number;
}

export interface ServeOptions {
  readonly port?: number;
  readonly host?: string;
  readonly root?: readonly string[];
  readonly readOnly?: boolean;
  readonly open?: boolean;
}

/**
 * All commands. Each loads its own code when it runs, so that `inspect` does not pay for the server. `settle`
 * receives the command's exit code.
 */
export function program(settle: (code: number) => void): Command {
  const root = new Command('shardscope')
    .description('Inspects and converts model weights: safetensors and MindSpore checkpoints.')
    .version(packageJson.version)
    .option('--json', 'print one JSON document on stdout')
    .option('--quiet', 'print nothing but data and errors')
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .option('--debug', 'print the stack trace of an error')
    .usage('[PATH | COMMAND] [options]')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeErr: () => {} })
    .exitOverride();
  const run = (command: (terminal: Terminal) => Promise<number>) =>
    command(new Terminal(root.opts<Flags>())).then(settle);

  root
    .command('open')
    .argument('[path]', 'checkpoint folder or file')
    .description('open the app on PATH: the desktop window, else the browser (the same as: shardscope PATH)')
    .action((path: string | undefined) => run(async (t) => (await import('./open.ts')).open(t, path)));

  root
    .command('serve')
    .argument('[path]', 'checkpoint to show first')
    .description('serve the app to a browser')
    .option('--port <number>', 'port; a free one when absent', parseWhole(0, 65_535))
    .option('--host <address>', 'address to listen on (default: this machine only)')
    .option('--root <folder...>', 'folders that the browser may read')
    .option('--read-only', 'start no jobs, write nothing')
    .option('--open', 'open the browser')
    .action((path: string | undefined, options: ServeOptions) =>
      run(async (t) => (await import('./serve.ts')).serve(t, path, options)),
    );

  checkpoint(root.command('inspect').argument('<path>', 'checkpoint folder or file, or a strategy'))
    .description('what it is: kind, files, ranks, stages, steps, totals, redundancy, problems')
    .action((path: string, options: CheckpointOptions) =>
      run(async (t) => (await import('./inspect.ts')).inspect(t, path, options)),
    );

  checkpoint(root.command('tensors').argument('<path>', 'checkpoint folder or file'))
    .description('every stored tensor: name, dtype, shape, bytes, file, rank')
    .option('--rank <number>', 'only what this rank holds', parseWhole(0, 1_000_000))
    .option('--filter <expression>', 'only tensors that fit, as in the app: text, /regex/, dtype:, shape:, !')
    .option('--csv', 'comma-separated values')
    .action((path: string, options: TensorsOptions) =>
      run(async (t) => (await import('./tensors.ts')).tensors(t, path, options)),
    );

  const strategy = root.command('strategy').description('read and merge strategy files');
  strategy
    .command('show')
    .argument('<path>', 'strategy file (one stage or merged) or a folder of them')
    .description('how each parameter is cut over the ranks')
    .option('--param <name>', 'one parameter, rank by rank')
    .action((path: string, options: { param?: string }) =>
      run(async (t) => (await import('./strategy-show.ts')).strategyShow(t, path, options)),
    );
  strategy
    .command('merge')
    .argument('<folder>', 'folder of strategy files, one a rank')
    .argument('<file>', 'merged strategy to write: .ckpt, or .json')
    .description('merge the strategy files of all pipeline stages into one')
    .option('--overwrite', 'replace FILE')
    .option('--dry-run', 'write nothing')
    .action((folder: string, file: string, options: { overwrite?: boolean; dryRun?: boolean }) =>
      run(async (t) => (await import('./strategy-merge.ts')).strategyMerge(t, folder, file, options)),
    );

  job(checkpoint(root.command('verify').argument('<path>', 'checkpoint folder or file')))
    .description('check every header, size, index and CRC; with a strategy, that replicas are equal')
    .action((path: string, options: JobOptions & CheckpointOptions) =>
      run(async (t) => (await import('./verify.ts')).verify(t, path, options)),
    );

  write(checkpoint(root.command('merge').argument('<source>', 'folder of rank folders')))
    .description('put the slices of all ranks together into complete weights')
    .requiredOption('--out <folder>', 'folder to write')
    .addOption(
      new Option('--has-redundancy <state>', 'whether replicas were saved')
        .choices(['auto', 'true', 'false'])
        .default('auto'),
    )
    .option('--filter-out-param-prefix <prefix...>', 'leave out parameters whose names begin so')
    .addOption(
      new Option('--names <style>', 'names and file layout to write')
        .choices(['mindspore', 'huggingface'])
        .default('mindspore'),
    )
    .option('--max-shard-size <size>', 'largest output file (default: 3GiB)', parseSize)
    .action((path: string, options: MergeCommandOptions) =>
      run(async (t) => (await import('./merge.ts')).merge(t, path, options)),
    );
  return root;
}

function checkpoint(command: Command): Command {
  return command
    .option('--strategy <path>', 'strategy file or folder (default: found beside the weights)')
    .option('--file-suffix <suffix>', 'which save: EPOCH_STEP, TASK-EPOCH_STEP or N (default: the newest)');
}

function job(command: Command): Command {
  return command
    .option('--threads <number>', 'worker threads', parseWhole(1, 64))
    .addOption(
      new Option('--progress <style>', 'how progress is told on stderr')
        .choices(['auto', 'plain', 'json', 'none'])
        .default('auto'),
    );
}

function write(command: Command): Command {
  return job(command)
    .option('--dry-run', 'print the plan and write nothing')
    .option('--overwrite', 'replace what is in the output folder, once the new output is complete')
    .option('--memory <size>', 'bound on the copy buffers of all threads together', parseSize)
    .option('--no-fsync', 'leave flushing to the disk to the system')
    .option('--no-verify', 'do not read the output back before it gets its final name');
}

import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { addConvertCommands } from './commands/convert.ts';
import { addInspectCommands } from './commands/inspect.ts';
import { addStrategyCommands } from './commands/strategy.ts';
import { addValuesCommands } from './commands/values.ts';
import type { Flags } from './options.ts';
import { parseWhole } from './sizes.ts';
import { Terminal } from './terminal.ts';

/** Runs a command's code, and settles with its exit code. */
export type Run = (command: (terminal: Terminal) => Promise<number>) => Promise<void>;

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
  const run: Run = (command) => command(new Terminal(root.opts<Flags>())).then(settle);

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

  addInspectCommands(root, run);
  addValuesCommands(root, run);
  addStrategyCommands(root, run);
  addConvertCommands(root, run);
  return root;
}

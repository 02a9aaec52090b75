import { existsSync } from 'node:fs';
import { CommanderError } from 'commander';
import { exitCodeOf, type Fault, fault } from '../../shared/errors.ts';
import { writeError } from '../engine/errno.ts';
import type { Flags } from './options.ts';
import { program } from './program.ts';
import { report, thrownFault } from './report.ts';
import { Terminal } from './terminal.ts';

/**
 * Runs one command line, without the program's name. Returns the exit code of `FAULTS`: 0 done, 1 problems or
 * differences found, 2 usage, 3 damaged input, 4 reading or writing failed, 130 cancelled.
 */
export async function run(args: readonly string[]): Promise<number> {
  hearBrokenOutput();
  let exitCode = 0;
  const commands = program((code) => {
    exitCode = code;
  });
  try {
    await commands.parseAsync(withOpen(args, new Set(commands.commands.map((one) => one.name()))), {
      from: 'user',
    });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0; // --help, --version
    const failed = error instanceof CommanderError ? usageFault(error) : thrownFault(error);
    report(new Terminal(commands.opts<Flags>()), failed, error);
    return exitCodeOf(failed);
  }
}

/** Data that cannot be written ends the command; words for people that cannot be do not, as jobs go on without. */
function hearBrokenOutput(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `shardscope tensors … | head`: the reader has what it wanted, which is no failure.
    if (error.code === 'EPIPE') process.exit(0);
    const failed = writeError(error, 'stdout').fault;
    report(new Terminal({}), failed, error);
    process.exit(exitCodeOf(failed));
  });
}

/** `shardscope PATH` and `shardscope` alone mean `open`; a word that is neither a path nor a command does not. */
function withOpen(args: readonly string[], commands: ReadonlySet<string>): readonly string[] {
  const first = args.find((arg) => !arg.startsWith('-'));
  if (first === undefined) return args.length === 0 ? ['open'] : args;
  const isPath = /[\\/.]/.test(first) || existsSync(first);
  return !commands.has(first) && first !== 'help' && isPath ? ['open', ...args] : args;
}

/** commander says "error: unknown option '--al'\n(Did you mean --all?)"; the second line is our advice. */
function usageFault(error: CommanderError): Fault {
  if (error.code === 'commander.help')
    return fault('USAGE', 'A command is missing.', 'Add --help to see which there are.');
  const [message = '', hint] = error.message.replace(/^error: /, '').split('\n');
  const advice = hint === undefined ? '' : `${hint.replace(/^\(|\)$/g, '')} `;
  return fault('USAGE', message, `${advice}Run "shardscope --help" for the commands and their options.`);
}

import { asFault, type Fault } from '../../shared/errors.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { placedWords } from './fault-words.ts';
import type { Terminal } from './terminal.ts';

/** `FILE: tensor 'NAME': message. (CODE) what to do`, on one line. */
function faultLine(fault: Fault): string {
  return `${placedWords(fault)} (${fault.code}) ${escapeText(fault.advice, 4096)}`.trimEnd();
}

/** Says what went wrong: one line on stderr, and with `--json` the fault as the document on stdout. */
export function report(terminal: Terminal, fault: Fault, error: unknown): void {
  if (terminal.json) terminal.document({ error: fault });
  terminal.error(`shardscope: ${faultLine(fault)}`);
  if (terminal.debug && error instanceof Error) terminal.error(error.stack ?? '');
}

/** Node's own errors that get as far as here are about files (ENOENT, EACCES, …). */
export function thrownFault(error: unknown): Fault {
  return asFault(error);
}

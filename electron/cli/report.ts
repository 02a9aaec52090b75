import { asFault, type Fault } from '../../shared/errors.ts';
import { escapeText } from '../../shared/text/escape.ts';
import type { Terminal } from './terminal.ts';

/** `FILE: tensor 'NAME': message (CODE) what to do`, on one line; file and tensor where the message lacks them. */
function faultLine(fault: Fault): string {
  const { code, message, advice, file, tensor } = fault;
  const where = [
    ...(file !== undefined && !message.includes(file) ? [escapeText(file, 4096)] : []),
    ...(tensor !== undefined && !message.includes(escapeText(tensor)) && !message.includes(tensor)
      ? [`tensor '${escapeText(tensor)}'`]
      : []),
  ].map((part) => `${part}: `);
  return `${where.join('')}${escapeText(message, 4096)} (${code}) ${escapeText(advice, 4096)}`.trimEnd();
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

import type { Problem } from '../../shared/checkpoint.ts';
import type { Fault } from '../../shared/errors.ts';
import { escapeText } from '../../shared/text/escape.ts';

/** `FILE: tensor 'NAME': message`; file and tensor where the message lacks them. */
export function placedWords(fault: Fault | Problem): string {
  const { message, file, tensor } = fault;
  const where = [
    ...(file !== undefined && !message.includes(file) ? [escapeText(file, 4096)] : []),
    ...(tensor !== undefined && !message.includes(escapeText(tensor)) && !message.includes(tensor)
      ? [`tensor '${escapeText(tensor)}'`]
      : []),
  ].map((part) => `${part}: `);
  return `${where.join('')}${escapeText(message, 4096)}`;
}

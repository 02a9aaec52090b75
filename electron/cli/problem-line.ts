import type { Problem } from '../../shared/checkpoint.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { placedWords } from './fault-words.ts';
import type { Terminal } from './terminal.ts';

const STYLES = { error: 'red', warning: 'yellow', info: 'dim' } as const;

/** "warning: Rank 3 has no save of step 300: … Choose 1_300 to open the newer one." */
export function problemLine(terminal: Terminal, problem: Problem): string {
  const { severity, message, advice = '' } = problem;
  // A whole sentence says where; what a file's reader said ("the file is cut short") needs its place before it.
  const said = /^[a-z]/.test(message) ? placedWords(problem) : escapeText(message, 4096);
  const words = /[.!?…:]$/.test(said) ? said : `${said}.`;
  return `${terminal.style(STYLES[severity], `${severity}:`)} ${words} ${escapeText(advice, 4096)}`.trimEnd();
}

import type { Problem } from '../../shared/checkpoint.ts';
import { escapeText } from '../../shared/text/escape.ts';
import type { Terminal } from './terminal.ts';

const STYLES = { error: 'red', warning: 'yellow', info: 'dim' } as const;

/** "warning: Rank 3 has no save of step 300: … Choose 1_300 to open the newer one." */
export function problemLine(terminal: Terminal, problem: Problem): string {
  const { severity, message, advice = '' } = problem;
  const words = `${escapeText(message, 4096)} ${escapeText(advice, 4096)}`.trimEnd();
  return `${terminal.style(STYLES[severity], `${severity}:`)} ${words}`;
}

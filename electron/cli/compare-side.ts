import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CompareRequest } from '../../shared/compare/options.ts';
import { refuse } from '../../shared/errors.ts';

/** Reads `DIR`, `DIR#rank_3`, `DIR#1_20` (a save) or `DIR#1_20#rank_3`. A path that is there may have a `#` itself. */
export function parseSide(text: string): CompareRequest['a'] {
  const parts = text.split('#');
  const paths = parts.map((_, last) => parts.slice(0, last + 1).join('#'));
  const there = paths.findLastIndex((path) => path !== '' && existsSync(path));
  const path = paths[Math.max(0, there)] ?? '';
  const marks = parts.slice(Math.max(0, there) + 1);
  let side: CompareRequest['a'] = { path: resolve(path) };
  for (const mark of marks) {
    const rank = /^rank_?(\d{1,7})$/.exec(mark)?.[1];
    if (mark === '')
      refuse('USAGE', `Behind the # of ${text} comes a rank or a save.`, 'Write DIR#rank_3 or DIR#1_20.');
    side = rank === undefined ? { ...side, fileSuffix: mark } : { ...side, rank: Number(rank) };
  }
  return side;
}

/** Reads a name rule: `OLD=NEW` replaces a beginning, `/OLD/=NEW` what the regular expression finds first. */
export function parseNameRule(text: string): NonNullable<CompareRequest['names']>[number] {
  const found = /^\/(.+)\/=(.*)$/s.exec(text) ?? /^([^=]+)=(.*)$/s.exec(text);
  const [, from, to] = found ?? [];
  if (from === undefined || to === undefined)
    refuse('USAGE', `${text} is no name rule.`, 'Write OLD=NEW, or /OLD/=NEW for a regular expression.');
  return { from, to, regex: text.startsWith('/') && text.includes('/=') };
}

import { formatCount } from './units.ts';

/** "rank 3", "ranks 1, 5 and 6", "ranks 0, 1, 2, 3, 4, 5 and 1,018 more". */
export function rankList(ranks: readonly number[]): string {
  if (ranks.length === 1) return `rank ${ranks[0]}`;
  if (ranks.length > 8)
    return `ranks ${ranks.slice(0, 6).join(', ')} and ${formatCount(ranks.length - 6)} more`;
  return `ranks ${ranks.slice(0, -1).join(', ')} and ${ranks.at(-1)}`;
}

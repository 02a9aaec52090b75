import { t } from './t.ts';
import { formatCount } from './units.ts';

/** "rank 3", "ranks 1, 5 and 6", "ranks 0, 1, 2, 3, 4, 5 and 1,018 more". */
export function rankList(ranks: readonly number[]): string {
  const [first = 0] = ranks;
  if (ranks.length === 1) return t('rank {{rank}}', { rank: first });
  if (ranks.length > 8)
    return t('ranks {{numbers}} and {{number}} more', {
      numbers: ranks.slice(0, 6).join(', '),
      number: formatCount(ranks.length - 6),
    });
  return t('ranks {{numbers}} and {{rank}}', {
    numbers: ranks.slice(0, -1).join(', '),
    rank: ranks.at(-1) ?? '',
  });
}

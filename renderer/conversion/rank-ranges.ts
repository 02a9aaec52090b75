/** More ranks than any cluster has are a slip of the finger. */
const MOST = 1_000_000;

/** "0-7, 12" → the ranks, ascending; undefined for what is none. Nothing is no ranks. */
export function parseRanks(text: string): number[] | undefined {
  const ranks = new Set<number>();
  for (const part of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const range = /^(\d{1,7})(?:[-–](\d{1,7}))?$/.exec(part);
    if (!range) return undefined;
    const first = Number(range[1]);
    const last = Number(range[2] ?? first);
    if (last < first || last >= MOST) return undefined;
    for (let rank = first; rank <= last; rank++) ranks.add(rank);
  }
  return [...ranks].sort((a, b) => a - b);
}

/** What casting tiles of a move met. */
export interface TileCasts {
  readonly nans: number;
  readonly overflows: number;
  /** Index in the whole tensor of the first finite value that became infinite, and the value. */
  readonly first?: { readonly index: readonly number[]; readonly value: number };
}

/** Of two tellings about one move the sum, with the first overflow in row-major order. */
export function addCasts(a: TileCasts | undefined, b: TileCasts): TileCasts {
  if (!a) return b;
  const first =
    a.first && b.first ? (isBefore(b.first.index, a.first.index) ? b.first : a.first) : (a.first ?? b.first);
  return { nans: a.nans + b.nans, overflows: a.overflows + b.overflows, ...(first && { first }) };
}

function isBefore(a: readonly number[], b: readonly number[]): boolean {
  for (const [d, index] of a.entries()) if (index !== b[d]) return index < (b[d] ?? 0);
  return false;
}

/** Width of a rank's column, in CSS pixels. */
export const COLUMN = 68;
/** Heights of a row and of the header, in CSS pixels. */
export const ROW = 27;
export const HEADER = 44;
/** Height of the row of pipeline stages over it, where there are several. */
export const STAGES = 28;
/** Of the names: what the ranks leave, and a good part where not all ranks are in sight anyway; within bounds. */
const NAME = { least: 150, usual: 264, most: 440, share: 0.45, narrow: 0.38 };

/** Width of the names in a matrix of `width` pixels. */
export function nameWidthIn(width: number, ranks: number): number {
  if (width < 640) return Math.max(NAME.least, Math.round(width * NAME.narrow));
  const left = width - ranks * COLUMN - 12;
  const wanted = left < NAME.usual ? Math.round(width * NAME.share) : left;
  return Math.max(NAME.usual, Math.min(NAME.most, wanted));
}

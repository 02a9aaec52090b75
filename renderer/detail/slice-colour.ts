/** Colours in `tokens.css`; slices past the last begin again, their text tells them apart. */
const COLOURS = 8;

/** The colour of a slice, by its place among the tensor's slices: the same wherever the slice is drawn. */
export function sliceColour(slice: number): string {
  return `var(--${sliceToken(slice)})`;
}

export function sliceToken(slice: number): string {
  return `slice-${slice % COLOURS}`;
}

/**
 * Height that the scrolled element may have, in CSS pixels. Chromium lays out in 1/64 px within 32 bits, so
 * 33,554,431 device pixels are the end; zoom 200 % on a display with two pixels a point leaves a quarter.
 */
export const MAX_CANVAS = 8_000_000;

/** How offsets in the whole list relate to what the scroll bar shows when the list is taller than the canvas. */
export interface Canvas {
  readonly height: number;
  /** Pixels of the list for one pixel of the scroll bar; 1 while everything fits. */
  readonly ratio: number;
  /** Greatest offset at which the last row is just in sight. */
  readonly maxOffset: number;
}

/** `total`: height of all rows; `sight`: height of the part that shows rows; both in CSS pixels. */
export function canvasOf(total: number, sight: number): Canvas {
  const maxOffset = Math.max(0, total - sight);
  if (total <= MAX_CANVAS) return { height: total, ratio: 1, maxOffset };
  return { height: MAX_CANVAS, ratio: maxOffset / (MAX_CANVAS - sight), maxOffset };
}

/** Rows keep their place inside a block while the block moves, so that scrolling does not draw them again. */
const BLOCK = 1_000_000;

/** Where rows are drawn: each at its own offset less `base`, in a box moved by `shift`; all in CSS pixels. */
export function placement(
  canvas: Canvas,
  offset: number,
  scrollTop: number,
): { base: number; shift: number } {
  if (canvas.ratio === 1) return { base: 0, shift: 0 };
  const base = Math.floor(offset / BLOCK) * BLOCK;
  return { base, shift: base - offset + scrollTop };
}

/** Offset that brings a row wholly into sight with the least movement. */
export function revealOffset(index: number, rowHeight: number, offset: number, sight: number): number {
  const top = index * rowHeight;
  if (top < offset) return top;
  if (top + rowHeight > offset + sight) return top + rowHeight - sight;
  return offset;
}

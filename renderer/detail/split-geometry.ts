import type { Box } from '../../shared/layout/box.ts';
import { formatCount } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';

/** A tensor drawn as a rectangle: tracks with their extent in elements, and which slice lies where. */
export interface SplitGeometry {
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  /** `slice` is the place in the list of boxes; columns and rows count from 0. */
  readonly cells: readonly { readonly slice: number; readonly column: number; readonly row: number }[];
}

/** More boxes than this are no drawing any more. */
export const MAX_DRAWN = 512;

/**
 * Lays boxes out in two directions. The last cut dimension runs across (except rows of a matrix, which run
 * down), all other cut dimensions run down, the first of them slowest.
 */
export function splitGeometry(boxes: readonly Box[]): SplitGeometry | undefined {
  const dimensions = boxes[0]?.start.length ?? 0;
  if (boxes.length === 0 || boxes.length > MAX_DRAWN) return undefined;
  const cut = cutDimensions(boxes);
  const last = cut.at(-1);
  const across = last !== undefined && (cut.length > 1 || last === dimensions - 1) ? last : undefined;
  const down = cut.filter((dimension) => dimension !== across);

  const columns = tracks(boxes, across === undefined ? [] : [across]);
  const rows = tracks(boxes, down);
  return {
    columns: columns.map((track) => track.extent),
    rows: rows.map((track) => track.extent),
    cells: boxes.map((box, slice) => ({
      slice,
      column: trackOf(columns, box, across === undefined ? [] : [across]),
      row: trackOf(rows, box, down),
    })),
  };
}

/** Dimensions in which the boxes do not all begin at the same place. */
export function cutDimensions(boxes: readonly Box[]): number[] {
  const first = boxes[0];
  if (first === undefined) return [];
  return first.start
    .map((_, dimension) => dimension)
    .filter((dimension) => boxes.some((box) => box.start[dimension] !== first.start[dimension]));
}

/** "4736–9471", "rows 0–63, columns 32–63": the part of each cut dimension, last index included. */
export function boxWords(box: Box, cut: readonly number[]): string {
  const named = cut.length > 1;
  return cut
    .map((dimension) => {
      const start = box.start[dimension] ?? 0;
      const range = `${start}–${start + (box.extent[dimension] ?? 0) - 1}`;
      return named ? `${dimensionWord(dimension, box.start.length)} ${range}` : range;
    })
    .join(t(', '));
}

/** Rows and columns for a matrix; numbers for the rest. */
export function dimensionWord(dimension: number, dimensions: number): string {
  if (dimensions === 2) return dimension === 0 ? t('rows') : t('columns');
  return t('dimension {{dimension}}', { dimension: formatCount(dimension) });
}

interface Track {
  readonly start: readonly number[];
  readonly extent: number;
}

function tracks(boxes: readonly Box[], along: readonly number[]): Track[] {
  const found = new Map<string, Track>();
  for (const box of boxes) {
    const start = along.map((dimension) => box.start[dimension] ?? 0);
    const extent = along.reduce((product, dimension) => product * (box.extent[dimension] ?? 1), 1);
    found.set(start.join(), { start, extent });
  }
  return [...found.values()].sort((a, b) => compare(a.start, b.start));
}

function trackOf(all: readonly Track[], box: Box, along: readonly number[]): number {
  const key = along.map((dimension) => box.start[dimension] ?? 0).join();
  return all.findIndex((track) => track.start.join() === key);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

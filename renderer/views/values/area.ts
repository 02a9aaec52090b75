/** A part of a matrix in sight, in elements; edges need not be whole. */
export interface Area {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

export interface Extent {
  readonly rows: number;
  readonly columns: number;
}

export function wholeArea({ rows, columns }: Extent): Area {
  return { top: 0, left: 0, rows, columns };
}

/** Fewest elements across: single values stay single. */
const FEWEST = 2;

/**
 * Zooms by `factor` (above 1: closer) so that what lies at (`x`, `y`), shares of the picture from 0 to 1, stays there.
 */
export function zoomed(area: Area, factor: number, x: number, y: number, whole: Extent): Area {
  const rows = Math.min(whole.rows, Math.max(Math.min(FEWEST, whole.rows), area.rows / factor));
  const columns = Math.min(whole.columns, Math.max(Math.min(FEWEST, whole.columns), area.columns / factor));
  return inside(
    { top: area.top + y * (area.rows - rows), left: area.left + x * (area.columns - columns), rows, columns },
    whole,
  );
}

/** Moves by shares of what is in sight. */
export function moved(area: Area, x: number, y: number, whole: Extent): Area {
  return inside({ ...area, top: area.top + y * area.rows, left: area.left + x * area.columns }, whole);
}

function inside(area: Area, whole: Extent): Area {
  return {
    ...area,
    top: Math.max(0, Math.min(area.top, whole.rows - area.rows)),
    left: Math.max(0, Math.min(area.left, whole.columns - area.columns)),
  };
}

/** The whole elements that an area touches: ranges of rows and columns. */
export function touched(area: Area, whole: Extent): { rows: [number, number]; columns: [number, number] } {
  const range = (from: number, length: number, most: number): [number, number] => [
    Math.max(0, Math.floor(from)),
    Math.min(most, Math.ceil(from + length)),
  ];
  return {
    rows: range(area.top, area.rows, whole.rows),
    columns: range(area.left, area.columns, whole.columns),
  };
}

/** Size of the picture: as large as there is room for, elements as squares unless the matrix is very oblong. */
export function pictureSize(
  { rows, columns }: Extent,
  room: { readonly width: number; readonly height: number },
): { width: number; height: number } {
  const oblong = rows > 4 * columns || columns > 4 * rows;
  if (oblong)
    return {
      width: Math.min(room.width, columns * MOST_PIXELS),
      height: Math.min(room.height, Math.max(MOST_PIXELS, rows * MOST_PIXELS)),
    };
  const side = Math.min(room.width / columns, room.height / rows, MOST_PIXELS);
  return { width: Math.max(1, Math.round(side * columns)), height: Math.max(1, Math.round(side * rows)) };
}

/** Of one element's side. */
const MOST_PIXELS = 64;

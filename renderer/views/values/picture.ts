import { cellOf, cellStart } from '../../../shared/values/cells.ts';
import { formatRounded } from '../../../shared/values/format.ts';
import { CELL_FLAGS, type TensorHeatmap } from '../../../shared/values/results.ts';
import { t } from '../../language/t.ts';
import { typographic } from '../../parts/typographic.ts';
import type { Area } from './area.ts';
import { type ColourMap, paint } from './colours.ts';

export type Measure = 'mean' | 'min' | 'max';

/** A heatmap with the place in the matrix that it is of. */
export interface Picture {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
  readonly cellRows: number;
  readonly cellColumns: number;
  readonly mean: Float32Array;
  readonly min: Float32Array;
  readonly max: Float32Array;
  readonly flags: Uint8Array;
  /** Each cell is one value. */
  readonly single: boolean;
  readonly sampled: boolean;
}

export function pictureOf(map: TensorHeatmap, top: number, left: number): Picture {
  const { rows, columns, cellRows, cellColumns, flags, sampled } = map;
  return {
    top,
    left,
    rows,
    columns,
    cellRows,
    cellColumns,
    mean: floats(map.mean),
    min: floats(map.min),
    max: floats(map.max),
    flags,
    single: rows === cellRows && columns === cellColumns,
    sampled,
  };
}

/** A copy, as bytes that came through a socket need not begin where floats may. */
function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}

/** Draws the part of the picture that is in sight over the whole canvas. */
export function draw(
  canvas: HTMLCanvasElement,
  size: { readonly width: number; readonly height: number },
  picture: Picture,
  area: Area,
  { map, measure, domain }: { map: ColourMap; measure: Measure; domain: readonly [number, number] },
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  // Sharp also where a pixel of the page is several of the display.
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(size.width * scale);
  canvas.height = Math.round(size.height * scale);
  const cells = document.createElement('canvas');
  cells.width = picture.cellColumns;
  cells.height = picture.cellRows;
  const pixels = paint(picture[measure], picture.flags, map, domain);
  cells.getContext('2d')?.putImageData(new ImageData(pixels, cells.width, cells.height), 0, 0);
  const across = canvas.width / area.columns;
  const down = canvas.height / area.rows;
  context.clearRect(0, 0, canvas.width, canvas.height);
  // Shrunk pixels are averaged, grown ones stay sharp.
  context.imageSmoothingEnabled = picture.cellColumns > canvas.width;
  context.drawImage(
    cells,
    (picture.left - area.left) * across,
    (picture.top - area.top) * down,
    picture.columns * across,
    picture.rows * down,
  );
  if (picture.single && across >= 46 * scale && down >= 16 * scale)
    drawNumbers(context, pixels, picture, area, measure, across, down, scale);
}

function drawNumbers(
  context: CanvasRenderingContext2D,
  pixels: Uint8ClampedArray,
  picture: Picture,
  area: Area,
  measure: Measure,
  across: number,
  down: number,
  scale: number,
): void {
  context.font = `${11 * scale}px ${getComputedStyle(context.canvas).fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (let row = 0; row < picture.rows; row++)
    for (let column = 0; column < picture.columns; column++) {
      const x = (picture.left + column + 0.5 - area.left) * across;
      const y = (picture.top + row + 0.5 - area.top) * down;
      const cell = row * picture.columns + column;
      const [red = 0, green = 0, blue = 0] = pixels.subarray(4 * cell, 4 * cell + 3);
      context.fillStyle = red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? '#000' : '#fff';
      context.fillText(words(picture, measure, cell, 3), x, y);
    }
}

/** "0.0349", or what of NaN and Inf the cell has. */
function words(picture: Picture, measure: Measure, cell: number, digits: number): string {
  const flag = picture.flags[cell] ?? 0;
  if (picture.single && flag !== 0) return flagWords(flag);
  const value = picture[measure][cell];
  return value === undefined || Number.isNaN(value) ? '–' : typographic(formatRounded(value, digits));
}

function flagWords(flag: number): string {
  return [
    (flag & CELL_FLAGS.nan) !== 0 && 'NaN',
    (flag & CELL_FLAGS.positiveInfinity) !== 0 && 'Inf',
    (flag & CELL_FLAGS.negativeInfinity) !== 0 && '−Inf',
  ]
    .filter((word) => word !== false)
    .join(', ');
}

export interface CellWords {
  /** Ranges of the matrix: first and last row, first and last column. */
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
  readonly text: string;
}

/** What the cell at an element of the matrix says; undefined outside of the picture. */
export function cellAt(picture: Picture, row: number, column: number): CellWords | undefined {
  const { top, left, rows, columns, cellRows, cellColumns } = picture;
  if (row < top || row >= top + rows || column < left || column >= left + columns) return undefined;
  const i = cellOf(row - top, cellRows, rows);
  const j = cellOf(column - left, cellColumns, columns);
  const cell = i * cellColumns + j;
  const flag = picture.flags[cell] ?? 0;
  const text = picture.single ? words(picture, 'mean', cell, 8) : rangeWords(picture, cell, flag);
  return {
    rows: [top + cellStart(i, cellRows, rows), top + cellStart(i + 1, cellRows, rows) - 1],
    columns: [left + cellStart(j, cellColumns, columns), left + cellStart(j + 1, cellColumns, columns) - 1],
    text,
  };
}

/** What lies behind a cell of several values. */
function rangeWords(picture: Picture, cell: number, flag: number): string {
  const range = {
    mean: words(picture, 'mean', cell, 4),
    from: words(picture, 'min', cell, 4),
    to: words(picture, 'max', cell, 4),
  };
  return flag === 0
    ? t('mean {{mean}}, from {{from}} to {{to}}', range)
    : t('mean {{mean}}, from {{from}} to {{to}}, with {{odd}}', { ...range, odd: flagWords(flag) });
}

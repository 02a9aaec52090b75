/** Which cells are drawn, and how large they are, in CSS pixels. */
export interface CellWindow {
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstColumn: number;
  readonly endColumn: number;
  readonly rowHeight: number;
  readonly columnWidth: number;
}

/** Value of a colour of `tokens.css` in the scheme of now: `palette('slice-3')`. */
export type Palette = (token: string) => string;

/** How a cell is drawn; colours are CSS values. */
export interface CellLook {
  readonly text?: string;
  readonly ink?: string;
  readonly bold?: boolean;
  readonly fill?: string;
  /** Colour of stripes over the fill. */
  readonly hatch?: string;
  /** A line along the inside of the edge. */
  readonly edge?: { readonly colour: string; readonly width: number };
}

/** How a row's cells look, by column; nothing is drawn where it is undefined. */
export type RowLook = (column: number, palette: Palette) => CellLook | undefined;

/** Space between a cell and its neighbours. */
const GAP = { x: 3, y: 2 };
const RADIUS = 3;

/** Draws cells, the first in the canvas's corner, and makes the canvas as large as they are. */
export function drawCells(
  canvas: HTMLCanvasElement,
  { firstRow, endRow, firstColumn, endColumn, rowHeight, columnWidth }: CellWindow,
  look: (row: number) => RowLook | undefined,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  clear(context, (endColumn - firstColumn) * columnWidth, (endRow - firstRow) * rowHeight);
  const style = getComputedStyle(canvas);
  const palette = paletteOf(style);
  const font = `${style.fontSize} ${style.fontFamily}`;
  context.font = font;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const width = columnWidth - 2 * GAP.x;
  const height = rowHeight - 2 * GAP.y - 1;
  for (let row = firstRow; row < endRow; row++) {
    const cellLook = look(row);
    if (cellLook === undefined) continue;
    for (let column = firstColumn; column < endColumn; column++) {
      const cell = cellLook(column, palette);
      if (cell === undefined) continue;
      const x = (column - firstColumn) * columnWidth + GAP.x;
      const y = (row - firstRow) * rowHeight + GAP.y;
      drawBox(context, cell, x, y, width, height);
      if (cell.text === undefined) continue;
      context.fillStyle = cell.ink ?? palette('text');
      // Setting a font parses it: only where it is another.
      if (cell.bold) context.font = `650 ${font}`;
      if (cell.hatch !== undefined) {
        // No stripe crosses a letter.
        context.strokeStyle = cell.fill ?? palette('surface');
        context.lineWidth = 6;
        context.lineJoin = 'round';
        context.strokeText(cell.text, x + width / 2, y + height / 2 + 0.5, width);
      }
      context.fillText(cell.text, x + width / 2, y + height / 2 + 0.5, width);
      if (cell.bold) context.font = font;
    }
  }
}

/** An empty canvas of a size in CSS pixels, sharp on any display. */
function clear(context: CanvasRenderingContext2D, width: number, height: number): void {
  const { canvas } = context;
  const scale = window.devicePixelRatio || 1;
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width === across && canvas.height === down) context.reset();
  else {
    // Takes new memory for the picture.
    canvas.width = across;
    canvas.height = down;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  context.scale(scale, scale);
}

function paletteOf(style: CSSStyleDeclaration): Palette {
  const known = new Map<string, string>();
  return (token) => {
    const value = known.get(token) ?? style.getPropertyValue(`--${token}`);
    known.set(token, value);
    return value;
  };
}

function drawBox(
  context: CanvasRenderingContext2D,
  { fill, hatch, edge }: CellLook,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  if (fill !== undefined) {
    context.fillStyle = fill;
    context.beginPath();
    context.roundRect(x, y, width, height, RADIUS);
    context.fill();
  }
  if (hatch !== undefined) drawHatch(context, hatch, x, y, width, height);
  if (edge !== undefined) {
    const inset = edge.width / 2;
    context.strokeStyle = edge.colour;
    context.lineWidth = edge.width;
    context.beginPath();
    context.roundRect(x + inset, y + inset, width - edge.width, height - edge.width, RADIUS - inset);
    context.stroke();
  }
}

/** Stripes from bottom left to top right. */
function drawHatch(
  context: CanvasRenderingContext2D,
  colour: string,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  context.save();
  context.beginPath();
  context.roundRect(x, y, width, height, RADIUS);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 3;
  context.beginPath();
  for (let at = x - height; at < x + width; at += 11) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}

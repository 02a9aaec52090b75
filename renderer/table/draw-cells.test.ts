import { expect, test } from 'vitest';
import { type CellLook, drawCells } from './draw-cells.ts';

/** A canvas that notes what is drawn: happy-dom has none of its own. */
function notingCanvas() {
  const canvas = document.createElement('canvas');
  const drawn: string[] = [];
  const note =
    (name: string) =>
    (...values: unknown[]) =>
      drawn.push(`${name} ${values.join(' ')}`);
  const context = {
    canvas,
    ...Object.fromEntries(
      ['beginPath', 'fill', 'stroke', 'scale', 'reset'].map((name) => [name, () => undefined]),
    ),
    roundRect: note('box'),
    fillText: note('text'),
  };
  canvas.getContext = (() => context) as unknown as HTMLCanvasElement['getContext'];
  return { canvas, drawn };
}

test('each cell in its place, the first in the corner; nothing where there is none', () => {
  const { canvas, drawn } = notingCanvas();
  const looks: Record<string, CellLook> = {
    '7 3': { text: 'a', fill: 'red' },
    '8 4': { text: 'b', edge: { colour: 'blue', width: 2 } },
    '9 3': { text: 'not in sight' },
  };
  const cells = { firstRow: 7, endRow: 9, firstColumn: 3, endColumn: 5, rowHeight: 27, columnWidth: 68 };
  drawCells(canvas, cells, (row) => (column) => looks[`${row} ${column}`]);
  expect(drawn).toEqual(['box 3 2 62 22 3', 'text a 34 13.5 62', 'box 72 30 60 20 2', 'text b 102 40.5 62']);
  expect([canvas.width, canvas.height]).toEqual([136, 54]);
});

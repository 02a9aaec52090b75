import { type MouseEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import css from './cell-picture.module.css';
import { type CellWindow, drawCells, type RowLook } from './draw-cells.ts';

export interface CellAt {
  readonly row: number;
  readonly column: number;
}

interface CellPictureProps extends CellWindow {
  /** Place of the picture's corner in the element around, in CSS pixels. */
  readonly left: number;
  readonly top: number;
  /** How the cells of a row look. */
  readonly look: (row: number) => RowLook | undefined;
  /** Of the cell under the pointer. */
  readonly title: string | undefined;
  /** The pointer came to another cell, or left. */
  readonly onPoint?: (at: CellAt | undefined) => void;
  readonly onPress: (at: CellAt, event: MouseEvent) => void;
}

/**
 * The cells in sight of a large grid as one picture: hundreds of elements take longer than a frame to make and to
 * lay out. It scrolls with the grid, and is drawn again when other cells come into sight. What a screen reader reads
 * are the cells of the cursor's row, which the grid has as elements.
 */
export function CellPicture({ left, top, look, title, onPoint, onPress, ...cells }: CellPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointed = useRef<CellAt>(undefined);
  useDrawnAgain();
  // After every update: whoever renders this has other cells in sight, or other looks of them.
  useLayoutEffect(() => {
    if (canvas.current) drawCells(canvas.current, cells, look);
  });

  const cellAt = ({ nativeEvent: { offsetX, offsetY } }: MouseEvent): CellAt => ({
    row: cells.firstRow + Math.floor(offsetY / cells.rowHeight),
    column: cells.firstColumn + Math.floor(offsetX / cells.columnWidth),
  });
  const point = (at: CellAt | undefined) => {
    const before = pointed.current;
    if (before?.row === at?.row && before?.column === at?.column) return;
    pointed.current = at;
    onPoint?.(at);
  };

  return (
    <canvas
      ref={canvas}
      className={css.picture}
      style={{ transform: `translate(${left}px, ${top}px)` }}
      title={title}
      onMouseDown={(event) => onPress(cellAt(event), event)}
      onMouseMove={(event) => point(cellAt(event))}
      onMouseLeave={() => point(undefined)}
    />
  );
}

/** Renders again when the page's colours may be others: a theme is an attribute of the page. */
function useDrawnAgain(): void {
  const [, setCount] = useState(0);
  useEffect(() => {
    const observer = new MutationObserver(() => setCount((before) => before + 1));
    observer.observe(document.documentElement, { attributes: true });
    return () => observer.disconnect();
  }, []);
}

import { type RefObject, useEffect, useRef, useState } from 'react';
import { canvasOf, revealOffset } from '../../table/canvas.ts';

interface CellWindowOptions {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly rows: number;
  readonly columns: number;
  readonly rowHeight: number;
  readonly columnWidth: number;
  /** Taken by the headings, in pixels. */
  readonly headHeight: number;
  readonly headWidth: number;
}

/**
 * Which cells of a matrix of any size are in sight. The scroller holds a box of `width` × `height` and, staying in
 * place over it, what is drawn: rows from `top` pixels, columns from `left`.
 */
export function useCellWindow(options: CellWindowOptions) {
  const { scroller, rows, columns, rowHeight, columnWidth, headHeight, headWidth } = options;
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [offset, setOffset] = useState({ left: 0, top: 0 });
  // The scroll position that stands for the exact offset: alone it is too coarse when scaled.
  const scrolled = useRef({ left: 0, top: 0 });
  const sightWidth = Math.max(0, size.width - headWidth);
  const sightHeight = Math.max(0, size.height - headHeight);
  const across = canvasOf(columns * columnWidth, sightWidth);
  const down = canvasOf(rows * rowHeight, sightHeight);
  const latest = useRef({ across, down });
  latest.current = { across, down };

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    const onScroll = () => {
      const { scrollLeft, scrollTop } = element;
      const { left, top } = scrolled.current;
      if (Math.abs(scrollLeft - left) < 1 && Math.abs(scrollTop - top) < 1) return;
      scrolled.current = { left: scrollLeft, top: scrollTop };
      const { across, down } = latest.current;
      setOffset((before) => ({
        left: Math.abs(scrollLeft - left) < 1 ? before.left : scrollLeft * across.ratio,
        top: Math.abs(scrollTop - top) < 1 ? before.top : scrollTop * down.ratio,
      }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller]);

  const reveal = (row: number, column: number) => {
    const element = scroller.current;
    // Before it is laid out nothing is in sight, and nothing could be brought there.
    if (!element || sightWidth < columnWidth || sightHeight < rowHeight) return;
    const left = Math.min(across.maxOffset, revealOffset(column, columnWidth, offset.left, sightWidth));
    const top = Math.min(down.maxOffset, revealOffset(row, rowHeight, offset.top, sightHeight));
    element.scrollLeft = left / across.ratio;
    element.scrollTop = top / down.ratio;
    scrolled.current = { left: element.scrollLeft, top: element.scrollTop };
    setOffset({ left, top });
  };

  const left = Math.min(offset.left, across.maxOffset);
  const top = Math.min(offset.top, down.maxOffset);
  return {
    width: across.height + headWidth,
    height: down.height + headHeight,
    sightWidth: size.width,
    sightHeight: size.height,
    rows: inSight(top, sightHeight, rowHeight, rows),
    columns: inSight(left, sightWidth, columnWidth, columns),
    /** Pixels by which the first row and column stick out. */
    cutTop: top % rowHeight,
    cutLeft: left % columnWidth,
    pageRows: Math.max(1, Math.floor(sightHeight / rowHeight) - 1),
    reveal,
  };
}

function inSight(offset: number, sight: number, size: number, count: number): readonly [number, number] {
  return [Math.floor(offset / size), Math.min(count, Math.ceil((offset + sight) / size))];
}

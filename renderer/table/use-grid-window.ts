import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useRef } from 'react';
import { type RowWindow, useRowWindow } from './use-row-window.ts';

interface GridWindowOptions {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly rows: { readonly count: number; readonly height: number };
  readonly columns: { readonly count: number; readonly width: number };
  /** What stays in sight on top and at the left, in CSS pixels. */
  readonly headerHeight: number;
  readonly nameWidth: number;
  /** Another number when the rows are to begin at the top again. */
  readonly reset?: number;
}

export interface GridWindow {
  readonly rows: RowWindow;
  /** Those in sight, and a few beside. */
  readonly columns: readonly number[];
  /** Scrolls as little as needed to show a cell; a column of -1 is none. */
  reveal(row: number, column: number): void;
  /** Whole columns in sight. */
  pageColumns(): number;
}

/** Rows and columns in sight of a grid of any number of both. */
export function useGridWindow({
  scroller,
  rows: { count, height },
  columns: { count: columnCount, width },
  headerHeight,
  nameWidth,
  reset = 0,
}: GridWindowOptions): GridWindow {
  const across = useRef<(left: number) => void>(() => undefined);
  const rows = useRowWindow({ scroller, count, rowHeight: height, headerHeight, reset, across });
  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>({
    horizontal: true,
    count: columnCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => width,
    paddingStart: nameWidth,
    scrollPaddingStart: nameWidth,
    overscan: 1,
    useFlushSync: false,
    observeElementOffset(_, callback) {
      across.current = (left) => callback(left, true);
      callback(scroller.current?.scrollLeft ?? 0, false);
      return () => {
        across.current = () => undefined;
      };
    },
  });
  // Those under the names are out of sight; one is kept, as this is not worked out anew for every pixel.
  const first = Math.floor((virtualizer.scrollOffset ?? 0) / width) - 1;
  return {
    rows,
    columns: virtualizer.getVirtualIndexes().filter((index) => index >= first),
    reveal(row, column) {
      rows.reveal(row);
      if (column >= 0) virtualizer.scrollToIndex(column);
    },
    pageColumns: () => Math.max(1, Math.floor(((scroller.current?.clientWidth ?? 0) - nameWidth) / width)),
  };
}

import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useRef } from 'react';
import { flushSync } from 'react-dom';
import { type Canvas, canvasOf, placement, revealOffset } from './canvas.ts';

interface RowWindowOptions {
  readonly scroller: RefObject<HTMLElement | null>;
  readonly count: number;
  readonly rowHeight: number;
  /** Height of the header that stays on top inside the scroller. */
  readonly headerHeight: number;
  /** Another number when the list is to begin at its top again. */
  readonly reset?: number;
  /** What else follows scrolling; called with `scrollLeft`. */
  readonly across?: RefObject<(left: number) => void>;
}

export interface RowWindow {
  readonly items: readonly VirtualItem[];
  /** The first row in sight and the one after the last; `items` are some more. */
  readonly sight: readonly [number, number];
  readonly canvas: Canvas;
  /** Where rows are drawn inside the canvas: at `item.start - base`, in a box that is moved by `shift`. */
  readonly base: number;
  readonly shift: number;
  /** Scrolls as little as needed to show a row. */
  reveal(index: number): void;
  /** Whole rows in sight: how far PageDown goes. */
  pageRows(): number;
}

/**
 * Rows in sight of a list of any length. Beyond `MAX_CANVAS` the scroll bar is scaled: it then moves through
 * the list coarsely, while wheel and keyboard still move pixel by pixel.
 */
export function useRowWindow({
  scroller,
  count,
  rowHeight,
  headerHeight,
  reset = 0,
  across,
}: RowWindowOptions): RowWindow {
  const sight = () => Math.max(0, (scroller.current?.clientHeight ?? 0) - headerHeight);
  const canvasNow = () => canvasOf(count * rowHeight, sight());
  const latest = useRef(canvasNow);
  latest.current = canvasNow;
  // The exact offset and the scrollTop that stands for it: scrollTop alone is too coarse when scaled.
  const exact = useRef({ offset: 0, scrollTop: 0 });
  const notify = useRef<(offset: number, scrolling: boolean) => void>(() => undefined);

  const virtualizer = useVirtualizer<HTMLElement, HTMLElement>({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollToFn: () => undefined,
    useFlushSync: false,
    observeElementOffset(_, callback) {
      const element = scroller.current;
      if (!element) return;
      notify.current = callback;
      const onScroll = () => {
        const { scrollTop, scrollLeft } = element;
        if (Math.abs(scrollTop - exact.current.scrollTop) >= 1)
          exact.current = { offset: scrollTop * latest.current().ratio, scrollTop };
        // Before the frame is drawn, and both directions at once: each update lays the page out.
        flushSync(() => {
          callback(exact.current.offset, true);
          across?.current(scrollLeft);
        });
      };
      element.addEventListener('scroll', onScroll, { passive: true });
      callback(exact.current.offset, false);
      return () => element.removeEventListener('scroll', onScroll);
    },
  });

  const scrollTo = (wanted: number) => {
    const element = scroller.current;
    if (!element) return;
    const { ratio, maxOffset } = latest.current();
    const offset = Math.max(0, Math.min(wanted, maxOffset));
    element.scrollTop = offset / ratio;
    exact.current = { offset, scrollTop: element.scrollTop };
    notify.current(offset, false);
  };
  const scroll = useRef(scrollTo);
  scroll.current = scrollTo;

  const begun = useRef(reset);
  useEffect(() => {
    // Effects also run when a tab is shown again, which stays where it was scrolled to.
    if (begun.current === reset) return;
    begun.current = reset;
    scroll.current(0);
  }, [reset]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onWheel = (event: WheelEvent) => {
      if (latest.current().ratio === 1 || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowHeight : 1;
      scroll.current(exact.current.offset + event.deltaY * unit);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [scroller, rowHeight]);

  const canvas = canvasNow();
  const items = virtualizer.getVirtualItems();
  const { startIndex, endIndex } = virtualizer.range ?? { startIndex: 0, endIndex: items.length - 1 };
  return {
    items,
    sight: [startIndex, Math.min(endIndex + 1, count)],
    canvas,
    ...placement(canvas, exact.current.offset, exact.current.scrollTop),
    reveal: (index) => scrollTo(revealOffset(index, rowHeight, exact.current.offset, sight())),
    pageRows: () => Math.max(1, Math.floor(sight() / rowHeight) - 1),
  };
}

import { type PointerEvent, type RefObject, useEffect, useRef } from 'react';

interface WheelZoom {
  /** Closer by a factor, where (`x`, `y`) stays: shares of the picture. */
  zoom(factor: number, x: number, y: number): void;
  /** By shares of the picture. */
  move(x: number, y: number): void;
  point(x: number, y: number): void;
  leave(): void;
}

/** The wheel zooms about the pointer, dragging moves. Returns the handlers that the element needs. */
export function useWheelZoom(element: RefObject<HTMLElement | null>, act: WheelZoom) {
  const latest = useRef(act);
  latest.current = act;
  const held = useRef<{ x: number; y: number }>(undefined);

  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      const { x, y } = shareOf(event, target);
      latest.current.zoom(2 ** ((-event.deltaY * unit) / 240), x, y);
    };
    // React's own wheel handlers cannot keep the page from scrolling.
    target.addEventListener('wheel', onWheel, { passive: false });
    return () => target.removeEventListener('wheel', onWheel);
  }, [element]);

  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      event.currentTarget.setPointerCapture(event.pointerId);
      held.current = shareOf(event, event.currentTarget);
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const { x, y } = shareOf(event, event.currentTarget);
      if (held.current) {
        act.move(held.current.x - x, held.current.y - y);
        held.current = { x, y };
      } else act.point(x, y);
    },
    onPointerUp() {
      held.current = undefined;
    },
    onPointerLeave() {
      act.leave();
    },
  };
}

function shareOf(event: { clientX: number; clientY: number }, target: HTMLElement): { x: number; y: number } {
  const { left, top, width, height } = target.getBoundingClientRect();
  return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
}

import { useEffect, useRef } from 'react';

/** Paths are told apart by their ends: scrolls a field there, unless somebody is typing in it. */
export function useEndInSight(value: string) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const input = field.current;
    if (input && input.value === value && document.activeElement !== input)
      input.scrollLeft = input.scrollWidth;
  }, [value]);
  return field;
}

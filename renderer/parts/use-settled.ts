import { useEffect, useRef } from 'react';

/** A function that runs `act` once, `milliseconds` after it was last called. */
export function useSettled<A extends readonly unknown[]>(act: (...args: A) => void, milliseconds: number) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => () => clearTimeout(timer.current), []);
  return (...args: A) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(...args), milliseconds);
  };
}

import { useEffect, useRef } from 'react';

/**
 * A function that runs `act` once, `milliseconds` after it was last called; at once where what asked goes out of sight
 * before (another tab or view): what was typed holds there, too.
 */
export function useSettled<A extends readonly unknown[]>(act: (...args: A) => void, milliseconds: number) {
  const waiting = useRef<{ readonly timer: ReturnType<typeof setTimeout>; readonly args: A }>(undefined);
  const latest = useRef(act);
  latest.current = act;
  const stop = (): A | undefined => {
    const args = waiting.current?.args;
    clearTimeout(waiting.current?.timer);
    waiting.current = undefined;
    return args;
  };
  const settle = () => {
    const args = stop();
    if (args) latest.current(...args);
  };
  const leave = useRef(settle);
  useEffect(() => () => leave.current(), []);
  return (...args: A) => {
    stop();
    waiting.current = { timer: setTimeout(settle, milliseconds), args };
  };
}

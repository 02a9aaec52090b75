import { useEffect, useState } from 'react';

/** True once `waiting` has lasted 200 ms: what is quicker than that should not flash a placeholder. */
export function useLate(waiting: boolean, milliseconds = 200): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return setLate(false);
    const timer = setTimeout(() => setLate(true), milliseconds);
    return () => clearTimeout(timer);
  }, [waiting, milliseconds]);
  return waiting && late;
}

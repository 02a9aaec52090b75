import { useEffect, useRef, useState } from 'react';
import { asFault, type Fault } from '../../shared/errors.ts';
import { isCancelled } from '../store/values.ts';

export interface Asked<T> {
  /** Of `key`, or still of the one before while the new one is on its way. */
  readonly value: T | undefined;
  readonly fault: Fault | undefined;
  readonly waiting: boolean;
  /** Given up by a person. */
  readonly stopped: boolean;
  stop(): void;
  again(): void;
}

/**
 * Asks anew whenever `key` changes, and gives up what was asked before. `ask` may give several answers, each
 * better than the one before.
 */
export function useAsked<T>(
  key: string,
  ask: (signal: AbortSignal, take: (value: T) => void) => Promise<void>,
): Asked<T> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<State<T>>({ asking: '', waiting: true, stopped: false });
  const [call, setCall] = useState<AbortController>();
  const asking = `${round} ${key}`;
  // New on every render; `key` says what it asks.
  const latest = useRef(ask);
  latest.current = ask;
  const answered = useRef<string>(undefined);

  useEffect(() => {
    // A tab that was hidden is shown again: it has its answer still.
    if (answered.current === asking) return;
    const controller = new AbortController();
    let left = false;
    setCall(controller);
    setState(({ value }) => ({
      asking,
      ...(value !== undefined && { value }),
      waiting: true,
      stopped: false,
    }));
    latest
      .current(controller.signal, (value) => !left && setState((before) => ({ ...before, value })))
      .then(
        () => {
          if (left) return;
          answered.current = asking;
          setState((before) => ({ ...before, waiting: false }));
        },
        (error: unknown) => {
          if (left) return;
          const stopped = isCancelled(error);
          setState({ asking, waiting: false, stopped, ...(!stopped && { fault: asFault(error) }) });
        },
      );
    return () => {
      left = true;
      controller.abort();
    };
  }, [asking]);

  return {
    value: state.value,
    fault: state.fault,
    // What was just asked for has not got as far as the effect yet.
    waiting: state.waiting || state.asking !== asking,
    stopped: state.stopped,
    stop: () => call?.abort(),
    again: () => setRound((count) => count + 1),
  };
}

interface State<T> {
  /** What the rest is about. */
  readonly asking: string;
  readonly value?: T;
  readonly fault?: Fault;
  readonly waiting: boolean;
  readonly stopped: boolean;
}

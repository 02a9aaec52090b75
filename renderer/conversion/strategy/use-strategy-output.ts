import { useEffect, useRef, useState } from 'react';
import type { AbortSignalLike } from '../../../shared/calls.ts';
import { asFault, type Fault } from '../../../shared/errors.ts';
import type { SavedStrategy } from '../../../shared/strategy-options.ts';

/** Typing should not ask at every letter. */
const SETTLE_MILLISECONDS = 250;

type Write<I> = (input: I & { dryRun?: boolean }, signal?: AbortSignalLike) => Promise<SavedStrategy>;

export interface StrategyOutput {
  /** What would be written; absent while it was refused, or is first asked. */
  readonly preview: SavedStrategy | undefined;
  readonly fault: Fault | undefined;
  readonly busy: 'planning' | 'writing' | undefined;
  /** Writes it; undefined when that was refused, which `fault` then says. */
  write(): Promise<SavedStrategy | undefined>;
}

/** Asks what writing a strategy would do, again with each change of `input`, and writes it when told to. */
export function useStrategyOutput<I>(input: I, call: Write<I>): StrategyOutput {
  const [answer, setAnswer] = useState<Pick<StrategyOutput, 'preview' | 'fault'>>({
    preview: undefined,
    fault: undefined,
  });
  const [busy, setBusy] = useState<StrategyOutput['busy']>('planning');
  const latest = useRef(call);
  latest.current = call;
  const key = JSON.stringify(input);

  useEffect(() => {
    const abort = new AbortController();
    setBusy('planning');
    const settle = (next: typeof answer) => {
      if (abort.signal.aborted) return;
      setAnswer(next);
      setBusy(undefined);
    };
    const timer = setTimeout(() => {
      latest.current({ ...JSON.parse(key), dryRun: true }, abort.signal).then(
        (preview) => settle({ preview, fault: undefined }),
        (error) => settle({ preview: undefined, fault: asFault(error) }),
      );
    }, SETTLE_MILLISECONDS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key]);

  return {
    ...answer,
    busy,
    async write() {
      setBusy('writing');
      try {
        return await call({ ...input, dryRun: false });
      } catch (error) {
        setAnswer({ preview: answer.preview, fault: asFault(error) });
        return undefined;
      } finally {
        setBusy(undefined);
      }
    },
  };
}

import { useEffect, useRef, useState } from 'react';
import type { LayoutParameter } from '../../../shared/strategy/layout-groups.ts';
import { useApp } from '../../store/app-store.ts';
import { isCancelled } from '../../store/values.ts';

/** Names fetched at once. */
const PAGE = 500;

interface Parameters {
  at(group: string, index: number): LayoutParameter | undefined;
  /** Fetches the page of a row that came into sight. */
  need(group: string, index: number): void;
}

/** The names in open groups, page by page as they come into sight. */
export function useParameters(): Parameters {
  const checkpoint = useApp((state) => state.checkpoint?.id);
  const filter = useApp((state) => state.ask.filter);
  const ask = useApp((state) => state.askLayouts);
  const [pages, setPages] = useState<ReadonlyMap<string, readonly LayoutParameter[]>>(new Map());
  const asked = useRef(new Map<string, AbortController>());

  // biome-ignore lint/correctness/useExhaustiveDependencies: another checkpoint or filter has other pages
  useEffect(() => {
    const calls = asked.current;
    return () => {
      for (const call of calls.values()) call.abort();
      calls.clear();
      setPages(new Map());
    };
  }, [checkpoint, filter]);

  return {
    at: (group, index) => pages.get(`${Math.floor(index / PAGE)} ${group}`)?.[index % PAGE],
    need(group, index) {
      const page = Math.floor(index / PAGE);
      const key = `${page} ${group}`;
      if (asked.current.has(key)) return;
      const call = new AbortController();
      asked.current.set(key, call);
      ask('strategy.parameters', { filter, group, offset: page * PAGE, limit: PAGE }, call.signal).then(
        ({ parameters }) =>
          !call.signal.aborted && setPages((before) => new Map(before).set(key, parameters)),
        // What is wrong is said by the table of groups, which asks the same checkpoint.
        (error: unknown) => isCancelled(error) || asked.current.delete(key),
      );
    },
  };
}

import { useCallback, useEffect, useRef, useState } from 'react';
import type { LayoutParameter } from '../../../shared/strategy/layout-groups.ts';
import { useApp } from '../../store/app-store.ts';

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
  // Another checkpoint or filter has other pages: what came for the one before is neither shown nor waited for.
  const scope = `${checkpoint} ${filter}`;
  const [fetched, setFetched] = useState<Fetched>({ scope, pages: new Map() });
  const asked = useRef<Asked>({ scope, calls: new Map() });
  useEffect(() => () => abortAll(asked.current), []);

  const at = useCallback<Parameters['at']>(
    (group, index) => {
      if (fetched.scope !== scope) return undefined;
      return fetched.pages.get(`${Math.floor(index / PAGE)} ${group}`)?.[index % PAGE];
    },
    [fetched, scope],
  );
  const need = useCallback<Parameters['need']>(
    (group, index) => {
      if (asked.current.scope !== scope) {
        abortAll(asked.current);
        asked.current = { scope, calls: new Map() };
      }
      const { calls } = asked.current;
      const page = Math.floor(index / PAGE);
      const key = `${page} ${group}`;
      if (calls.has(key)) return;
      const call = new AbortController();
      calls.set(key, call);
      ask('strategy.parameters', { filter, group, offset: page * PAGE, limit: PAGE }, call.signal).then(
        ({ parameters }) => {
          if (call.signal.aborted) return void calls.delete(key);
          setFetched((before) => {
            const pages = before.scope === scope ? before.pages : [];
            return { scope, pages: new Map([...pages, [key, parameters]]) };
          });
        },
        // What is wrong is said by the table of groups, which asks the same checkpoint.
        () => calls.delete(key),
      );
    },
    [scope, filter, ask],
  );
  return { at, need };
}

interface Fetched {
  readonly scope: string;
  readonly pages: ReadonlyMap<string, readonly LayoutParameter[]>;
}

interface Asked {
  readonly scope: string;
  readonly calls: Map<string, AbortController>;
}

function abortAll({ calls }: Asked): void {
  for (const call of calls.values()) call.abort();
}

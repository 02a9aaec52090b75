import { useEffect, useRef, useState } from 'react';
import { asFault, type Fault } from '../../../shared/errors.ts';
import type { HeaderPage, HeaderRow } from '../../../shared/files.ts';
import { useApp } from '../../store/app-store.ts';

/** Rows fetched at once, and pages kept: whatever the header's size, 10,000 rows at most are in the page. */
const PAGE_ROWS = 200;
const MAX_PAGES = 50;

interface State {
  /** Containers that are open, by the byte at which they end. */
  readonly open: readonly number[];
  readonly totalRows: number;
  readonly pages: ReadonlyMap<number, readonly HeaderRow[]>;
  /** About the text as a whole. */
  readonly about: Pick<HeaderPage, 'length' | 'fileOffset' | 'fault'> | undefined;
  readonly fault: Fault | undefined;
}

const EMPTY: State = { open: [], totalRows: 0, pages: new Map(), about: undefined, fault: undefined };

export interface Header extends Omit<State, 'pages'> {
  rowAt(index: number): HeaderRow | undefined;
  /** Fetches the rows from which to which, where they are not there. */
  need(first: number, last: number): void;
  /** Opens these containers and no others, and then has the rows around `row`. */
  show(open: readonly number[], row: number): Promise<void>;
  toggle(row: HeaderRow, index: number): Promise<void>;
}

/** The header of a file as rows, fetched as they come into sight; of one file as long as the component is there. */
export function useHeader(path: string): Header {
  const ask = useApp((state) => state.askFile);
  const [state, setState] = useState(EMPTY);
  const latest = useRef(state);
  latest.current = state;
  const calls = useRef({ controller: new AbortController(), waiting: new Set<number>() });

  const fetchPage = async (open: readonly number[], page: number): Promise<void> => {
    const { controller, waiting } = calls.current;
    if (waiting.has(page)) return;
    waiting.add(page);
    try {
      const input = { path, open: [...open], offset: page * PAGE_ROWS, limit: PAGE_ROWS };
      const { rows, totalRows, length, fileOffset, fault } = await ask(
        'file.header',
        input,
        controller.signal,
      );
      if (controller.signal.aborted) return;
      const known =
        latest.current.open === open ? latest.current.pages : new Map<number, readonly HeaderRow[]>();
      const pages = new Map(known).set(page, rows);
      for (const oldest of [...pages.keys()].slice(0, -MAX_PAGES)) pages.delete(oldest);
      const about = { length, ...(fileOffset !== undefined && { fileOffset }), ...(fault && { fault }) };
      latest.current = { open, totalRows, pages, about, fault: undefined };
      setState(latest.current);
    } catch (error) {
      const fault = asFault(error);
      if (!controller.signal.aborted && fault.code !== 'CANCELLED') setState({ ...latest.current, fault });
    } finally {
      waiting.delete(page);
    }
  };

  const show = async (open: readonly number[], row: number) => {
    calls.current.controller.abort();
    calls.current = { controller: new AbortController(), waiting: new Set() };
    await fetchPage(open, Math.floor(row / PAGE_ROWS));
  };

  const begin = useRef(show);
  begin.current = show;
  useEffect(() => {
    // Shown again after another tab, it keeps what was opened.
    void begin.current(latest.current.open, 0);
    const current = calls;
    return () => current.current.controller.abort();
  }, []);

  return {
    ...state,
    rowAt: (index) => state.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS],
    need(first, last) {
      // Not over and over: a person says when.
      if (state.fault) return;
      for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page++)
        if (page * PAGE_ROWS < state.totalRows && !state.pages.has(page)) void fetchPage(state.open, page);
    },
    show,
    toggle(row, index) {
      const without = state.open.filter((end) => end !== row.end);
      return show(row.open ? without : [...without, row.end].sort((a, b) => a - b), index);
    },
  };
}

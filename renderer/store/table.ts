import type { TableRow, TensorRow } from '../../shared/checkpoint.ts';
import { asFault, type Fault } from '../../shared/errors.ts';
import type { TableQuery } from '../../shared/queries.ts';
import type { TablePage } from '../../shared/table/page.ts';
import type { SliceContext } from './slice.ts';

/** Rows fetched at once: a few screens, so that scrolling by the wheel meets rows that are there. */
export const PAGE_ROWS = 200;
/** Pages kept around the viewport; older ones are fetched again when scrolled back to. */
const MAX_PAGES = 100;

export interface TableAsk {
  readonly filter: string;
  readonly view: 'tree' | 'flat';
  readonly sort: NonNullable<TableQuery['sort']> | undefined;
  /** Groups whose open state differs from the default. */
  readonly toggled: readonly string[];
}

/** What is known of the table that `ask` describes. Pages are replaced as a whole, never changed. */
export interface TableRows {
  readonly totalRows: number;
  readonly matching: number;
  readonly tensorCount: number;
  readonly matchingBytes: number;
  readonly pages: ReadonlyMap<number, readonly TableRow[]>;
}

const NO_ROWS: TableRows = {
  totalRows: 0,
  matching: 0,
  tensorCount: 0,
  matchingBytes: 0,
  pages: new Map(),
};

export interface TableSlice {
  readonly ask: TableAsk;
  readonly rows: TableRows;
  readonly tableState: 'idle' | 'loading' | 'ready';
  readonly tableFault: Fault | undefined;
  /** Grows when the view should start at the top again (another filter, order or checkpoint). */
  readonly scrollReset: number;
  setFilter(filter: string): void;
  setTableView(view: 'tree' | 'flat'): void;
  setSort(sort: TableAsk['sort']): void;
  setAsk(ask: TableAsk): void;
  toggleGroup(name: string): void;
  /** Says which rows are in sight; fetches their pages. */
  needRows(first: number, last: number): void;
  rowAt(index: number): TableRow | undefined;
  /** Row that a tensor is in, in the table or (flat) in one without groups; undefined where the filter hides it. */
  placeOf(name: string, view?: 'flat'): Promise<number | undefined>;
  /** The first tensors that a filter of its own keeps, whatever the table shows. */
  findTensors(filter: string, limit: number, signal: AbortSignal): Promise<readonly TensorRow[]>;
  /** The query as the engine takes it; undefined when nothing is open. */
  tableQuery(): TableQuery | undefined;
  /** Starts anew for the checkpoint that is open now. */
  resetTable(keepAsk: boolean): void;
}

export function tableSlice({ set, get, client }: SliceContext): TableSlice {
  let generation = 0;
  let calls = new AbortController();
  let waiting = new Set<number>();
  let sight = { first: 0, last: 60 };

  /** Drops what was asked for before; the old rows stay in sight until the first new page is there. */
  function restart(): void {
    generation++;
    calls.abort();
    calls = new AbortController();
    waiting = new Set();
    set({ tableState: 'loading', tableFault: undefined });
    fetchSight(true);
  }

  function fetchSight(fresh: boolean): void {
    const first = Math.floor(sight.first / PAGE_ROWS);
    const last = Math.floor(sight.last / PAGE_ROWS);
    for (let page = first; page <= last; page++) {
      if (!waiting.has(page) && (fresh || !get().rows.pages.has(page))) void fetchPage(page, generation);
    }
  }

  async function fetchPage(page: number, mine: number): Promise<void> {
    const query = get().tableQuery();
    if (query === undefined) return;
    waiting.add(page);
    try {
      const input = { ...query, offset: page * PAGE_ROWS, limit: PAGE_ROWS };
      const result = await client.call('tensors.page', input, calls.signal);
      if (mine === generation) accept(page, result);
    } catch (error) {
      if (mine !== generation) return;
      const fault = asFault(error);
      if (fault.code !== 'CANCELLED') set({ tableFault: fault, tableState: 'ready' });
    } finally {
      if (mine === generation) waiting.delete(page);
    }
  }

  function accept(page: number, result: TablePage): void {
    const fresh = get().tableState === 'loading';
    const pages = new Map(fresh ? [] : get().rows.pages);
    pages.set(page, result.rows);
    while (pages.size > MAX_PAGES) {
      let farthest = page;
      for (const key of pages.keys()) if (Math.abs(key - page) > Math.abs(farthest - page)) farthest = key;
      pages.delete(farthest);
    }
    const { totalRows, matching, tensorCount, matchingBytes } = result;
    set({ rows: { totalRows, matching, tensorCount, matchingBytes, pages }, tableState: 'ready' });
    get().noteRows(result.rows);
    fetchSight(false);
  }

  function change(part: Partial<TableAsk>, toTop: boolean): void {
    set({ ask: { ...get().ask, ...part } });
    if (toTop) {
      sight = { first: 0, last: sight.last - sight.first };
      set({ scrollReset: get().scrollReset + 1 });
      get().clearSelection();
    }
    if (get().checkpoint) restart();
  }

  return {
    ask: { filter: '', view: 'tree', sort: undefined, toggled: [] },
    rows: NO_ROWS,
    tableState: 'idle',
    tableFault: undefined,
    scrollReset: 0,

    setFilter(filter) {
      if (filter !== get().ask.filter) change({ filter }, true);
    },
    setTableView: (view) => change({ view, toggled: [] }, true),
    setSort: (sort) => change({ sort }, true),
    setAsk(ask) {
      if (JSON.stringify(ask) !== JSON.stringify(get().ask)) change(ask, true);
    },
    toggleGroup(name) {
      const { toggled } = get().ask;
      change(
        { toggled: toggled.includes(name) ? toggled.filter((other) => other !== name) : [...toggled, name] },
        false,
      );
    },
    needRows(first, last) {
      sight = { first, last };
      if (get().checkpoint === undefined) return;
      if (get().tableState === 'idle') restart();
      else if (get().tableState === 'ready') fetchSight(false);
    },
    rowAt: (index) => get().rows.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS],
    async placeOf(name, view) {
      const query = get().tableQuery();
      if (query === undefined) return undefined;
      const { row } = await client.call('tensors.place', { ...query, ...(view && { view }), name });
      return row ?? undefined;
    },
    async findTensors(filter, limit, signal) {
      const { checkpoint } = get();
      if (checkpoint === undefined) return [];
      const input = { checkpoint: checkpoint.id, filter, view: 'flat', offset: 0, limit } as const;
      const { rows } = await client.call('tensors.page', input, signal);
      return rows.filter((row) => row.type === 'tensor');
    },
    tableQuery() {
      const { checkpoint, ask } = get();
      if (checkpoint === undefined) return undefined;
      const { filter, view, sort, toggled } = ask;
      return { checkpoint: checkpoint.id, filter, view, toggled: [...toggled], ...(sort && { sort }) };
    },
    resetTable(keepAsk) {
      generation++;
      calls.abort();
      calls = new AbortController();
      waiting = new Set();
      if (!keepAsk) set({ ask: { filter: '', view: get().ask.view, sort: undefined, toggled: [] } });
      set({
        rows: keepAsk ? get().rows : NO_ROWS,
        tableState: 'idle',
        tableFault: undefined,
        scrollReset: get().scrollReset + (keepAsk ? 0 : 1),
      });
      if (keepAsk) void get().refreshSelection();
      else get().clearSelection();
      if (get().checkpoint) restart();
    },
  };
}

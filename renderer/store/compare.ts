import type { Input, Output } from '../../shared/api.ts';
import { type CompareRequest, compareOptions } from '../../shared/compare/options.ts';
import { COMPARE_COLUMNS, COMPARE_STATUSES, type ComparedTensor } from '../../shared/compare/results.ts';
import { asFault, type Fault } from '../../shared/errors.ts';
import type { JobState } from '../../shared/jobs.ts';
import type { RowSort } from '../../shared/table/sort-rows.ts';
import type { TableFormat } from '../../shared/table/text.ts';
import { type SelectHow, toggled } from '../table/row-keys.ts';
import type { SliceContext } from './slice.ts';

/** Rows fetched at once. */
const PAGE_ROWS = 200;
const MAX_PAGES = 50;

/** Everything, what is not equal, or one status. */
export const COMPARE_SHOWN = ['all', 'unequal', ...COMPARE_STATUSES] as const;
export type CompareShown = (typeof COMPARE_SHOWN)[number];
/** Name of the table among the `sorts`; its headings are `COMPARE_COLUMNS`. */
export const COMPARE_SORT = 'compared';

/** Which rows are shown, and in what order. */
export interface CompareAbout {
  readonly filter: string;
  readonly shown: CompareShown;
  readonly sort: RowSort | undefined;
}

/** What is known of the rows that are asked for. Pages are replaced as a whole, never changed. */
interface ComparedRows {
  readonly total: number;
  readonly pages: ReadonlyMap<number, readonly ComparedTensor[]>;
  readonly errors: readonly string[];
}

/** One comparison at a time: what is compared, its job, and the rows of its table. */
export interface CompareSlice {
  readonly comparing: CompareRequest | undefined;
  readonly compareJob: string | undefined;
  readonly compareFault: Fault | undefined;
  readonly compareDialog: boolean;
  readonly compareShown: CompareShown;
  readonly compared: ComparedRows;
  readonly comparedCursor: number;
  /** Selected rows, by their places: other rows or another order have none. */
  readonly comparedSelected: ReadonlySet<number>;
  /** Grows when the table should start at its top again. */
  readonly comparedReset: number;
  /** The tensor of a short list whose numbers are shown. */
  readonly comparedName: string | undefined;
  /** The tensor whose difference is drawn. */
  readonly differenceOf: ComparedTensor | undefined;
  showCompareDialog(shown: boolean): void;
  /** Compares, or shows again what the host still has of the same comparison. */
  compare(request: CompareRequest): Promise<void>;
  /** Shows a comparison that a job of the host made. */
  showComparison(job: JobState): void;
  forgetComparison(): void;
  showComparedOnly(shown: CompareShown): void;
  /** Says what is in sight; fetches what of it is not there, from the top when filter or order are others. */
  needCompared(about: CompareAbout, first: number, last: number): void;
  comparedAt(index: number): ComparedTensor | undefined;
  /** Moves the cursor; selects that row alone, adds it, or takes the whole range from where it began. */
  moveCompared(index: number, how?: SelectHow): void;
  selectAllCompared(): void;
  /** Leaves all but the row at the cursor; false when no others are selected. */
  clearCompared(): boolean;
  showCompared(name: string): void;
  showDifference(tensor: ComparedTensor | undefined): void;
  /** The selected rows where they are several, else all; all in any case with `every`. */
  compareText(format: TableFormat, every?: 'every'): Promise<string>;
  differenceMap(
    input: Omit<Input<'compare.heatmap'>, 'job'>,
    signal: AbortSignal,
  ): Promise<Output<'compare.heatmap'>>;
}

const UNEQUAL = COMPARE_STATUSES.filter((status) => status !== 'equal');
const NO_ROWS: ComparedRows = { total: 0, pages: new Map(), errors: [] };
const AT_FIRST = {
  compareFault: undefined,
  compareShown: 'all',
  compared: NO_ROWS,
  comparedCursor: 0,
  comparedSelected: new Set<number>([0]),
  comparedName: undefined,
  differenceOf: undefined,
} as const;

export function compareSlice({ set, get, client, workspace }: SliceContext): CompareSlice {
  let calls = new AbortController();
  let waiting = new Set<number>();
  /** What the rows that are known are of; undefined for those of another comparison. */
  let of: CompareAbout | undefined;
  /** Where ranges begin. */
  let anchor = 0;

  function restart(): void {
    calls.abort();
    calls = new AbortController();
    waiting = new Set();
    of = undefined;
  }

  const query = () => {
    const { filter = '', shown = 'all', sort } = of ?? {};
    const column = COMPARE_COLUMNS.find((one) => one === sort?.heading);
    return {
      job: get().compareJob ?? '',
      filter,
      ...(shown !== 'all' && { statuses: shown === 'unequal' ? UNEQUAL : [shown] }),
      ...(column && { sort: { column, descending: sort?.descending === true } }),
    };
  };

  async function fetchPage(page: number): Promise<void> {
    if (waiting.has(page) || get().compared.pages.has(page) || get().compareJob === undefined) return;
    waiting.add(page);
    const mine = calls;
    try {
      const input = { ...query(), offset: page * PAGE_ROWS, limit: PAGE_ROWS };
      const { rows, totalRows, filterErrors } = await client.call('compare.page', input, mine.signal);
      if (mine !== calls) return;
      const pages = new Map(get().compared.pages).set(page, rows);
      for (const oldest of [...pages.keys()].slice(0, -MAX_PAGES)) pages.delete(oldest);
      set({ compared: { total: totalRows, pages, errors: filterErrors }, compareFault: undefined });
    } catch (error) {
      if (mine !== calls) return;
      const fault = asFault(error);
      if (fault.code !== 'CANCELLED') set({ compareFault: fault });
    } finally {
      if (mine === calls) waiting.delete(page);
    }
  }

  return {
    comparing: undefined,
    compareJob: undefined,
    compareDialog: false,
    comparedReset: 0,
    ...AT_FIRST,

    showCompareDialog: (compareDialog) => set({ compareDialog }),
    async compare(request) {
      restart();
      set({ ...AT_FIRST, comparing: request, compareJob: undefined });
      const key = requestKey(request);
      const known = workspace.getState().jobs.find((job) => requestKey(requestOf(job)) === key);
      if (known) return set({ compareJob: known.id });
      try {
        const job = await client.call('compare.start', request);
        workspace.getState().addJob(job);
        if (get().comparing === request) set({ compareJob: job.id });
      } catch (error) {
        if (get().comparing === request) set({ compareFault: asFault(error) });
      }
    },
    showComparison(job) {
      const request = requestOf(job);
      if (request === undefined || get().compareJob === job.id) return;
      restart();
      set({ ...AT_FIRST, comparing: request, compareJob: job.id });
    },
    forgetComparison() {
      restart();
      set({ ...AT_FIRST, comparing: undefined, compareJob: undefined });
    },
    showComparedOnly: (compareShown) => set({ compareShown }),
    needCompared(about, first, last) {
      if (about.filter !== of?.filter || about.shown !== of.shown || about.sort !== of.sort) {
        restart();
        of = about;
        anchor = 0;
        set({
          compared: NO_ROWS,
          comparedCursor: 0,
          comparedSelected: new Set([0]),
          comparedReset: get().comparedReset + 1,
        });
      }
      for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page++)
        void fetchPage(page);
    },
    comparedAt: (index) => get().compared.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS],
    moveCompared(index, how = 'alone') {
      const { compared, comparedSelected } = get();
      const comparedCursor = Math.max(0, Math.min(index, compared.total - 1));
      if (how === 'range')
        return set({ comparedCursor, comparedSelected: placesBetween(anchor, comparedCursor) });
      anchor = comparedCursor;
      const selected = how === 'add' ? toggled(comparedSelected, anchor) : new Set([anchor]);
      set({ comparedCursor, comparedSelected: selected });
      const name = get().comparedAt(comparedCursor)?.a?.name;
      const own = get().comparing?.a.path === get().checkpoint?.path;
      if (own && name !== undefined && name !== get().detailName) get().selectName(name);
    },
    selectAllCompared: () => set({ comparedSelected: placesBetween(0, get().compared.total - 1) }),
    clearCompared() {
      const { comparedCursor, comparedSelected } = get();
      if (comparedSelected.size < 2) return false;
      anchor = comparedCursor;
      set({ comparedSelected: new Set([comparedCursor]) });
      return true;
    },
    showCompared: (comparedName) => set({ comparedName }),
    showDifference: (differenceOf) => set({ differenceOf }),
    async compareText(format, every) {
      const { comparedSelected: selected, compared } = get();
      const some = !every && selected.size > 1 && selected.size < compared.total;
      const rows = some ? { rows: [...selected].sort((a, b) => a - b) } : {};
      return (await client.call('compare.text', { ...query(), ...rows, format })).text;
    },
    differenceMap: (input, signal) =>
      client.call('compare.heatmap', { ...input, job: get().compareJob ?? '' }, signal),
  };
}

/** Places from one to another, both included, whichever is the first. */
function placesBetween(a: number, b: number): ReadonlySet<number> {
  const first = Math.min(a, b);
  return new Set(Array.from({ length: Math.abs(a - b) + 1 }, (_, i) => first + i));
}

/** What a comparison that is done was asked. */
function requestOf(job: JobState): CompareRequest | undefined {
  return job.state === 'done' ? job.result.comparison?.request : undefined;
}

/** Equal for equal requests, whatever they leave to its default. */
function requestKey(request: CompareRequest | undefined): string | undefined {
  return request && JSON.stringify(compareOptions.parse(request));
}

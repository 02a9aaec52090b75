import type { TableRow } from '../../shared/checkpoint.ts';
import { asFault, type Fault } from '../../shared/errors.ts';
import type { TableFormat } from '../../shared/table/text.ts';
import { type SelectHow, toggled } from '../table/row-keys.ts';
import type { SliceContext } from './slice.ts';

/** Rows of a part of a file: about 4 MB of text, and the engine is free again after 50 ms. */
const EXPORT_ROWS = 25_000;

export interface SelectionTotals {
  readonly count: number;
  /** Absent while tensors are selected that were never in sight: their numbers are not known here. */
  readonly elements?: number;
  readonly byteLength?: number;
}

/** Cursor and selection of the tensor table. Rows are counted from 0 in view order, groups included. */
export interface SelectionSlice {
  readonly cursor: number;
  readonly selected: ReadonlySet<string>;
  readonly totals: SelectionTotals;
  /** How many tensors the keyboard last copied. */
  readonly copied: number | undefined;
  readonly copyFault: Fault | undefined;
  /** Moves the cursor; selects that tensor alone, adds it, or takes the whole range from the anchor. */
  moveCursor(index: number, how?: SelectHow): void;
  selectAll(): Promise<void>;
  /** Puts the cursor on the tensor that was chosen elsewhere; its row where it was not there already. */
  seekSelected(): Promise<number | undefined>;
  selectName(name: string): void;
  /** Selects tensors that were chosen in another table; which one is explained stays. */
  selectNames(names: ReadonlySet<string>): void;
  clearSelection(): void;
  /** The checkpoint was read again: what is still there stays selected, with its numbers as they are now. */
  refreshSelection(): Promise<void>;
  /** Puts the selected tensors (all that match, when none is) on the clipboard as a table; true when done. */
  copySelection(): Promise<boolean>;
  /** The same as text. Throws what the engine says. */
  selectionText(format: TableFormat | 'python'): Promise<string>;
  /** All tensors that match, part by part. */
  exportParts(format: TableFormat): AsyncGenerator<string>;
  /** Remembers numbers of rows that came into sight, for the totals. */
  noteRows(rows: readonly TableRow[]): void;
}

export function selectionSlice({ set, get, client }: SliceContext): SelectionSlice {
  let anchor = 0;
  let numbers = new Map<string, { elements: number; byteLength: number }>();
  let latest = 0;
  // The cursor can be ahead of the rows: the tensor there is taken when its page arrives.
  let ahead = false;

  function select(selected: ReadonlySet<string>): void {
    set({ selected, totals: total(selected), copied: undefined });
  }

  function total(selected: ReadonlySet<string>): SelectionTotals {
    const { rows, checkpoint } = get();
    let elements = 0;
    let byteLength = 0;
    for (const name of selected) {
      const known = numbers.get(name);
      if (known === undefined) {
        const everything = selected.size === rows.matching;
        return {
          count: selected.size,
          ...(everything && { byteLength: rows.matchingBytes }),
          ...(selected.size === checkpoint?.tensorCount && { elements: checkpoint.elementCount }),
        };
      }
      elements += known.elements;
      byteLength += known.byteLength;
    }
    return { count: selected.size, elements, byteLength };
  }

  async function copied(format: TableFormat | 'python') {
    const query = get().tableQuery();
    const { selected } = get();
    const names = selected.size > 0 ? { names: [...selected] } : {};
    return query && client.call('tensors.copy', { ...query, ...names, format });
  }

  async function range(from: number, to: number): Promise<void> {
    const query = get().tableQuery();
    if (query === undefined) return;
    const mine = ++latest;
    const { names } = await client.call('tensors.names', { ...query, from, to });
    if (mine === latest) select(new Set(names));
  }

  return {
    cursor: 0,
    selected: new Set(),
    totals: { count: 0 },
    copied: undefined,
    copyFault: undefined,

    moveCursor(index, how = 'alone') {
      const cursor = Math.max(0, Math.min(index, get().rows.totalRows - 1));
      set({ cursor });
      latest++;
      if (how === 'range') {
        ahead = false;
        range(Math.min(anchor, cursor), Math.max(anchor, cursor)).catch(() => undefined);
        return;
      }
      anchor = cursor;
      const row = get().rowAt(cursor);
      ahead = row === undefined && how === 'alone';
      if (row?.type !== 'tensor') return;
      if (how === 'add') {
        select(toggled(get().selected, row.name));
      } else {
        select(new Set([row.name]));
      }
      get().showDetail(row.name);
    },

    async selectAll() {
      const query = get().tableQuery();
      if (query === undefined) return;
      const mine = ++latest;
      const { names } = await client.call('tensors.names', query);
      if (mine === latest) select(new Set(names));
    },

    async seekSelected() {
      const { detailName: name, cursor, rowAt, placeOf } = get();
      const row = rowAt(cursor);
      if (name === undefined || (row?.type === 'tensor' && row.name === name)) return undefined;
      const place = await placeOf(name).catch(() => undefined);
      if (place === undefined || get().detailName !== name) return undefined;
      anchor = place;
      set({ cursor: place });
      return place;
    },

    selectName(name) {
      select(new Set([name]));
      get().showDetail(name);
    },

    selectNames(names) {
      latest++;
      select(names);
    },

    clearSelection() {
      latest++;
      ahead = false;
      anchor = 0;
      numbers = new Map();
      set({ cursor: 0, selected: new Set(), totals: { count: 0 }, copied: undefined, copyFault: undefined });
    },

    async refreshSelection() {
      numbers = new Map();
      const mine = ++latest;
      const { selected, checkpoint } = get();
      if (selected.size === 0 || checkpoint === undefined) return;
      // Without an answer it stays as it was.
      const answer = await client
        .call('tensors.names', { checkpoint: checkpoint.id, view: 'flat' })
        .catch(() => undefined);
      if (answer === undefined || mine !== latest) return;
      const there = new Set(answer.names);
      select(new Set([...selected].filter((name) => there.has(name))));
    },

    async copySelection() {
      try {
        const copy = await copied('tsv');
        if (copy === undefined) return false;
        await navigator.clipboard.writeText(copy.text);
        set({ copied: copy.count, copyFault: undefined });
        return true;
      } catch (error) {
        set({ copyFault: asFault(error) });
        return false;
      }
    },

    selectionText: async (format) => (await copied(format))?.text ?? '',

    async *exportParts(format) {
      const query = get().tableQuery();
      if (query === undefined) return;
      for (let offset = 0; ; offset += EXPORT_ROWS) {
        const input = { ...query, format, offset, limit: EXPORT_ROWS };
        const { text, total } = await client.call('tensors.export', input);
        yield text;
        if (offset + EXPORT_ROWS >= total) return;
      }
    },

    noteRows(rows) {
      for (const row of rows)
        if (row.type === 'tensor')
          numbers.set(row.name, { elements: row.elements, byteLength: row.byteLength });
      if (ahead && get().rowAt(get().cursor)) get().moveCursor(get().cursor);
      const { selected, totals } = get();
      if (selected.size > 0 && totals.elements === undefined) set({ totals: total(selected) });
    },
  };
}

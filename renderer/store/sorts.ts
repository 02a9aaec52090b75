import type { RowSort } from '../../shared/table/sort-rows.ts';
import type { SliceContext } from './slice.ts';

/** How tables other than that of the tensors are sorted; each has a name of its own, which is in the address. */
export interface SortsSlice {
  readonly sorts: Readonly<Record<string, RowSort>>;
  /** Sorts a table; undefined is its own order again. */
  sortTable(table: string, sort: RowSort | undefined): void;
  setSorts(sorts: SortsSlice['sorts']): void;
}

export function sortsSlice({ set, get }: SliceContext): SortsSlice {
  return {
    sorts: {},
    sortTable(table, sort) {
      const { [table]: _, ...others } = get().sorts;
      set({ sorts: sort ? { ...others, [table]: sort } : others });
    },
    setSorts: (sorts) => set({ sorts }),
  };
}

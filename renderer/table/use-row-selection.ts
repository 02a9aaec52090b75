import { useMemo, useState } from 'react';
import { type SelectHow, toggled } from './row-keys.ts';

/** Which rows of a table are selected, and the one that the keys move from. */
export interface RowSelection<R> {
  /** Place among the rows, -1 for none, and key of that row. */
  readonly cursor: number;
  readonly at: string | undefined;
  /** What is explained: another row may come to stand for it. */
  readonly subject: string | undefined;
  has(row: R): boolean;
  /** The selected rows that are shown, in their order, where they are several: one alone is only explained. */
  readonly several: readonly R[];
  move(to: number, how: SelectHow): void;
  selectAll(): void;
  /** Leaves all but the row at the cursor; false when there are no others. */
  clear(): boolean;
}

export interface RowSelectionOptions<R> {
  readonly rows: readonly R[];
  readonly keyOf: (row: R) => string;
  /** Key of the row that is explained, which may have been chosen elsewhere. */
  readonly picked?: string | undefined;
  readonly onPick?: (row: R) => void;
  /** What is explained, and what of it a row stands for, where these are not the keys. */
  readonly subject?: { readonly now: string | undefined; readonly of: (row: R) => string | undefined };
  /** Keys that other views select too. */
  readonly shared?: {
    readonly keys: ReadonlySet<string>;
    readonly set: (keys: ReadonlySet<string>) => void;
  };
}

interface Own {
  readonly cursor: string;
  /** Where ranges begin. */
  readonly anchor: string;
  readonly keys: ReadonlySet<string>;
  /** What was explained when the rows were selected: with something else, that alone is selected. */
  readonly subject: string | undefined;
}

/** The selection of a table all of whose rows are here. Ranges explain no row, as they do in the tensor table. */
export function useRowSelection<R>(options: RowSelectionOptions<R>): RowSelection<R> {
  const { rows, keyOf, picked, onPick, shared } = options;
  const { now, of } = options.subject ?? { now: picked, of: keyOf };
  const [known, setOwn] = useState<Own>();
  const own = known?.subject === now ? known : undefined;
  const at = own?.cursor ?? picked;
  const cursor = useMemo(
    () => (at === undefined ? -1 : rows.findIndex((row) => keyOf(row) === at)),
    [rows, keyOf, at],
  );
  const ownKeys = own?.keys;
  const keys = useMemo(
    () => shared?.keys ?? ownKeys ?? new Set(picked === undefined ? [] : [picked]),
    [shared?.keys, ownKeys, picked],
  );
  const several = useMemo(() => {
    const chosen = keys.size > 1 ? rows.filter((row) => keys.has(keyOf(row))) : [];
    return chosen.length > 1 ? chosen : [];
  }, [rows, keyOf, keys]);

  const keep = (next: Own) => {
    setOwn(next);
    shared?.set(next.keys);
  };
  return {
    cursor,
    at,
    subject: now,
    has: (row) => keys.has(keyOf(row)),
    several,
    move(to, how) {
      const index = Math.max(0, Math.min(to, rows.length - 1));
      const row = rows[index];
      if (row === undefined) return;
      const key = keyOf(row);
      if (how === 'range') {
        const anchor = own?.anchor ?? at ?? key;
        const from = rows.findIndex((one) => keyOf(one) === anchor);
        const range = rows.slice(Math.min(from < 0 ? index : from, index), Math.max(from, index) + 1);
        return keep({ cursor: key, anchor, keys: new Set(range.map(keyOf)), subject: now });
      }
      onPick?.(row);
      const next = how === 'add' ? toggled(keys, key) : new Set([key]);
      // A row whose data is on the way explains nothing yet: the cursor stands on it all the same.
      keep({ cursor: key, anchor: key, keys: next, subject: onPick ? (of(row) ?? now) : now });
    },
    selectAll() {
      const first = rows[0];
      if (first === undefined) return;
      const key = at ?? keyOf(first);
      keep({ cursor: key, anchor: key, keys: new Set(rows.map(keyOf)), subject: now });
    },
    clear() {
      if (several.length === 0) return false;
      const key = at ?? '';
      keep({ cursor: key, anchor: key, keys: new Set(key === '' ? [] : [key]), subject: now });
      return true;
    },
  };
}

import type { KeyboardEvent, MouseEvent } from 'react';

/** A row alone, one more (or one less), or all rows from where the range begins. */
export type SelectHow = 'alone' | 'add' | 'range';

/** Shift takes the range, Ctrl one more row or one less. */
export function howOf({
  shiftKey,
  ctrlKey,
  metaKey,
}: Pick<MouseEvent, 'shiftKey' | 'ctrlKey' | 'metaKey'>): SelectHow {
  return shiftKey ? 'range' : ctrlKey || metaKey ? 'add' : 'alone';
}

/** With a key that was not there, without one that was. */
export function toggled<K>(keys: ReadonlySet<K>, key: K): ReadonlySet<K> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** A table whose rows are walked through and selected; rows are counted from 0. */
export interface RowKeys {
  readonly cursor: number;
  readonly count: number;
  /** How far a Page key goes. */
  pageRows(): number;
  move(to: number, how: SelectHow): void;
  selectAll(): void;
  /** Leaves what is selected; false when that is nothing. */
  clear(): boolean;
  copy(): void;
}

/** The keys that every table has (WAI-ARIA APG, grid pattern); false for one that means nothing here. */
export function pressRowKey(event: KeyboardEvent, table: RowKeys): boolean {
  const { cursor, count, pageRows, move } = table;
  const control = event.ctrlKey || event.metaKey;
  const go = (to: number) => {
    move(to, event.shiftKey ? 'range' : 'alone');
    return true;
  };
  switch (event.key) {
    case 'ArrowDown':
      return go(cursor + 1);
    case 'ArrowUp':
      return go(cursor - 1);
    case 'PageDown':
      return go(cursor + pageRows());
    case 'PageUp':
      return go(cursor - pageRows());
    case 'Home':
      return go(0);
    case 'End':
      return go(count - 1);
    case ' ':
      move(cursor, 'add');
      return true;
    case 'Escape':
      return table.clear();
    case 'a':
      if (control) table.selectAll();
      return control;
    case 'c':
      if (control) table.copy();
      return control;
    default:
      return false;
  }
}

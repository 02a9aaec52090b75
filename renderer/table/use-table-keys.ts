import type { KeyboardEvent } from 'react';
import { useAppStore } from '../store/app-store.ts';
import { pressRowKey, type SelectHow } from './row-keys.ts';
import type { RowWindow } from './use-row-window.ts';

interface TableKeys {
  readonly window: RowWindow;
  /** Goes to the explanation of the tensor under the cursor. */
  readonly onEnter: () => void;
}

/** The keyboard of the tensor table, as in a tree grid: the cursor moves, Shift takes the range. */
export function useTableKeys({ window, onEnter }: TableKeys) {
  const store = useAppStore();

  const move = (to: number, how: SelectHow) => {
    const { moveCursor } = store.getState();
    moveCursor(to, how);
    window.reveal(store.getState().cursor);
  };

  return (event: KeyboardEvent) => {
    // The headings sort: their keys are their own.
    if (event.target !== event.currentTarget) return;
    const state = store.getState();
    const { cursor, rows } = state;
    const row = state.rowAt(cursor);
    const act = (): boolean => {
      switch (event.key) {
        case 'ArrowRight':
          if (row?.type !== 'group') return false;
          if (row.expanded) move(cursor + 1, 'alone');
          else state.toggleGroup(row.name);
          return true;
        case 'ArrowLeft':
          return left();
        case 'Enter':
          if (row?.type === 'group') state.toggleGroup(row.name);
          else onEnter();
          return true;
        default:
          return pressRowKey(event, {
            cursor,
            count: rows.totalRows,
            pageRows: window.pageRows,
            move,
            selectAll: () => void state.selectAll(),
            clear() {
              if (state.selected.size === 0) return false;
              state.clearSelection();
              return true;
            },
            copy: () => void state.copySelection(),
          });
      }
    };

    /** Closes the group, or goes up to the group that the row stands in. */
    const left = (): boolean => {
      if (row === undefined) return false;
      if (row.type === 'group' && row.expanded) {
        state.toggleGroup(row.name);
        return true;
      }
      for (let index = cursor - 1; index >= 0; index--) {
        const above = state.rowAt(index);
        if (above === undefined) return false;
        if (above.type === 'group' && above.depth < row.depth) {
          move(index, 'alone');
          return true;
        }
      }
      return false;
    };

    if (act()) event.preventDefault();
  };
}

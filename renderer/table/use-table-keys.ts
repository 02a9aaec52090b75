import type { KeyboardEvent } from 'react';
import { useAppStore } from '../store/app-store.ts';
import type { RowWindow } from './use-row-window.ts';

interface TableKeys {
  readonly window: RowWindow;
  /** Goes to the explanation of the tensor under the cursor. */
  readonly onEnter: () => void;
}

/** The keyboard of the tensor table, as in a tree grid: the cursor moves, Shift takes the range. */
export function useTableKeys({ window, onEnter }: TableKeys) {
  const store = useAppStore();

  const move = (to: number, range: boolean) => {
    const { moveCursor } = store.getState();
    moveCursor(to, range ? 'range' : 'alone');
    window.reveal(store.getState().cursor);
  };

  return (event: KeyboardEvent) => {
    // The headings sort: their keys are their own.
    if (event.target !== event.currentTarget) return;
    const state = store.getState();
    const { cursor, rows } = state;
    const row = state.rowAt(cursor);
    const control = event.ctrlKey || event.metaKey;
    const act = (): boolean => {
      switch (event.key) {
        case 'ArrowDown':
          move(cursor + 1, event.shiftKey);
          return true;
        case 'ArrowUp':
          move(cursor - 1, event.shiftKey);
          return true;
        case 'PageDown':
          move(cursor + window.pageRows(), event.shiftKey);
          return true;
        case 'PageUp':
          move(cursor - window.pageRows(), event.shiftKey);
          return true;
        case 'Home':
          move(0, event.shiftKey);
          return true;
        case 'End':
          move(rows.totalRows - 1, event.shiftKey);
          return true;
        case 'ArrowRight':
          if (row?.type !== 'group') return false;
          if (row.expanded) move(cursor + 1, false);
          else state.toggleGroup(row.name);
          return true;
        case 'ArrowLeft':
          return left();
        case 'Enter':
          if (row?.type === 'group') state.toggleGroup(row.name);
          else onEnter();
          return true;
        case ' ':
          state.moveCursor(cursor, 'add');
          return true;
        case 'Escape':
          if (state.selected.size === 0) return false;
          state.clearSelection();
          return true;
        case 'a':
          if (control) void state.selectAll();
          return control;
        case 'c':
          if (control) void state.copySelection();
          return control;
        default:
          return false;
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
          move(index, false);
          return true;
        }
      }
      return false;
    };

    if (act()) event.preventDefault();
  };
}

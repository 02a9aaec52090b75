import type { KeyboardEvent } from 'react';
import { useAppStore } from '../../store/app-store.ts';

interface MatrixKeys {
  /** Brings a cell into sight. */
  reveal(row: number, column: number): void;
  pageRows(): number;
  pageColumns(): number;
  onEnter(): void;
}

/**
 * The keyboard of the matrix (WAI-ARIA APG, grid pattern): arrows move by cells, Page keys by screens, Space chooses
 * the rank of the cursor's column and with Shift its stage, Escape leaves the ranks that are chosen.
 */
export function useMatrixKeys({ reveal, pageRows, pageColumns, onEnter }: MatrixKeys) {
  const store = useAppStore();
  return (event: KeyboardEvent) => {
    // A rank's heading that was clicked has the focus: these keys press it again.
    if (event.target instanceof HTMLButtonElement && (event.key === ' ' || event.key === 'Enter')) return;
    const state = store.getState();
    const { matrixCursor, matrix } = state;
    const { row, column } = matrixCursor;
    const control = event.ctrlKey || event.metaKey;
    const move = (toRow: number, toColumn: number) => {
      state.moveMatrixCursor(toRow, toColumn);
      const cursor = store.getState().matrixCursor;
      reveal(cursor.row, cursor.column);
    };
    const act = () => {
      switch (event.key) {
        case 'ArrowDown':
          return move(control ? matrix.totalRows : row + 1, column);
        case 'ArrowUp':
          return move(control ? 0 : row - 1, column);
        case 'ArrowRight':
          return move(row, control ? matrix.totalRanks : column + 1);
        case 'ArrowLeft':
          return move(row, control ? 0 : column - 1);
        case 'PageDown':
          return event.altKey ? move(row, column + pageColumns()) : move(row + pageRows(), column);
        case 'PageUp':
          return event.altKey ? move(row, column - pageColumns()) : move(row - pageRows(), column);
        case 'Home':
          return move(control ? 0 : row, 0);
        case 'End':
          return move(control ? matrix.totalRows : row, matrix.totalRanks);
        case ' ': {
          const at = state.rankColumn(column);
          if (at === undefined) return;
          if (!event.shiftKey) return state.chooseRank(at.rank);
          return state.showStage(at.stage === state.stage ? undefined : at.stage);
        }
        case 'Escape':
          return state.chosenRanks.length > 0 ? state.chooseRanks([]) : 'unknown';
        case 'Enter':
          return onEnter();
        default:
          return 'unknown';
      }
    };
    if (act() !== 'unknown') event.preventDefault();
  };
}

import { useEffect, useRef } from 'react';
import { useApp, useAppStore } from '../../store/app-store.ts';

/**
 * Brings the tensor and the rank that were chosen elsewhere under the matrix's cursor: when the view is opened, and
 * when they change from outside. A stage brings its first rank, where the cursor is in another stage.
 */
export function useSharedPlace(reveal: (row: number, column: number) => void): void {
  const store = useAppStore();
  const name = useApp((state) => state.detailName);
  const rank = useApp((state) => state.valuesPlace.rank);
  const known = useApp((state) => state.matrix.totalRows > 0);
  const latest = useRef(reveal);
  latest.current = reveal;
  useEffect(() => {
    if (!known) return;
    let left = false;
    void store
      .getState()
      .seekInMatrix(name, rank)
      .then((place) => place && !left && latest.current(place.row, place.column));
    return () => {
      left = true;
    };
  }, [store, name, rank, known]);

  const stage = useApp((state) => state.stage);
  // A rank that was chosen goes first when the view is opened.
  const followed = useRef(rank === undefined ? undefined : stage);
  useEffect(() => {
    if (!known || followed.current === stage) return;
    followed.current = stage;
    const { checkpoint, seekInMatrix, matrixCursor, rankColumn } = store.getState();
    const devices = checkpoint?.strategy?.devicesPerStage ?? 1;
    if (stage === undefined || rankColumn(matrixCursor.column)?.stage === stage) return;
    void seekInMatrix(undefined, stage * devices).then(
      (place) => place && latest.current(place.row, place.column),
    );
  }, [store, stage, known]);
}

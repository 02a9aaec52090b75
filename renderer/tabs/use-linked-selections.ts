import { useEffect } from 'react';
import type { AppStore } from '../store/app-store.ts';
import { shownTabs } from '../store/tabs.ts';
import { useWorkspace } from '../store/workspace.ts';

/** Selects in either of two tabs side by side what is selected in the other, while a person wants that. */
export function useLinkedSelections(): void {
  const linked = useWorkspace((state) => state.linked);
  const left = useWorkspace((state) => shownTabs(state)[0]?.store);
  const right = useWorkspace((state) => shownTabs(state)[1]?.store);
  useEffect(() => {
    if (!linked || !left || !right) return;
    const stops = [follow(left, right), follow(right, left)];
    return () => {
      for (const stop of stops) stop();
    };
  }, [linked, left, right]);
}

function follow(from: AppStore, to: AppStore): () => void {
  return from.subscribe(({ detailName: name }, before) => {
    if (name === undefined || name === before.detailName || name === to.getState().detailName) return;
    // A checkpoint without it says so.
    if (to.getState().checkpoint) to.getState().selectName(name);
  });
}

import { useNarrow } from '../../frame/use-narrow.ts';
import { useAppStore } from '../../store/app-store.ts';
import { ownSide } from '../compare/own-side.ts';

/** Compares two ranks of the open checkpoint; the result is shown at the right. */
export function useCompareRanks(): (a: number, b: number) => void {
  const store = useAppStore();
  const narrow = useNarrow();
  return (a, b) => {
    const { compare, toggleSide } = store.getState();
    const side = ownSide(store.getState());
    if (side === undefined) return;
    void compare({ a: { ...side, rank: a }, b: { ...side, rank: b } });
    toggleSide(narrow, true);
  };
}

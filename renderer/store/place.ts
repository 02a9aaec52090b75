import type { SliceContext } from './slice.ts';

/** Which view is shown (the ids are those of `views/index.ts`), and the panels beside it. */
export interface PlaceSlice {
  readonly view: string;
  readonly navOpen: boolean;
  readonly sideOpen: boolean;
  /** In narrow windows the panels lie over the view, and only when called for. */
  readonly overlay: 'nav' | 'side' | undefined;
  showView(view: string): void;
  toggleNav(narrow: boolean): void;
  /** Opens or closes the right panel; opens it in any case when `open` says so. */
  toggleSide(narrow: boolean, open?: true): void;
  closeOverlay(): void;
}

export function placeSlice({ set, get, memory }: SliceContext): PlaceSlice {
  return {
    view: 'summary',
    navOpen: memory.read('navOpen', true),
    sideOpen: memory.read('sideOpen', true),
    overlay: undefined,
    // Having chosen a view, one wants to see it: what lies over it goes.
    showView: (view) => set({ view, overlay: undefined }),
    toggleNav(narrow) {
      if (narrow) return set({ overlay: get().overlay === 'nav' ? undefined : 'nav' });
      set({ navOpen: !get().navOpen });
      memory.write('navOpen', get().navOpen);
    },
    toggleSide(narrow, open) {
      if (narrow) return set({ overlay: open || get().overlay !== 'side' ? 'side' : undefined });
      set({ sideOpen: open ?? !get().sideOpen });
      memory.write('sideOpen', get().sideOpen);
    },
    closeOverlay: () => set({ overlay: undefined }),
  };
}

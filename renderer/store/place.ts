import type { Address } from '../address.ts';
import type { AppState, SliceContext } from './slice.ts';

/** Which view is shown (the ids are those of `views/index.ts`), and the panels beside it. */
export interface PlaceSlice {
  readonly view: string;
  /** On the way to an address: what is in between is no place to come back to. */
  readonly arriving: boolean;
  readonly navOpen: boolean;
  readonly sideOpen: boolean;
  /** With nothing selected the right panel is shown all the same where room is short: it was asked for. */
  readonly sideAsked: boolean;
  /** In narrow windows the panels lie over the view, and only when called for. */
  readonly overlay: 'nav' | 'side' | undefined;
  showView(view: string): void;
  /** Opens and shows what an address says; one after the other where several are asked for. */
  goTo(address: Address): Promise<void>;
  toggleNav(narrow: boolean): void;
  /** Opens or closes the right panel; opens it in any case when `open` says so. */
  toggleSide(narrow: boolean, open?: true): void;
  /** Shows or hides the right panel where it is short of room and nothing is selected. */
  askSide(): void;
  closeOverlay(): void;
}

export function placeSlice({ set, get, memory }: SliceContext): PlaceSlice {
  let settled = Promise.resolve();

  async function arrive(address: Address): Promise<void> {
    const { path, strategy, save: fileSuffix, damaged, tensor } = address;
    const { opened, view } = get();
    if (view !== address.view) get().showView(address.view);
    if (path === undefined) {
      if (opened) get().closeCheckpoint();
      return;
    }
    const same =
      opened?.path === path &&
      opened.strategy === strategy &&
      opened.fileSuffix === fileSuffix &&
      opened.damaged === damaged;
    if (!same && !(await get().open({ path, strategy, fileSuffix, damaged }))) return;
    const { ask, setAsk, showView } = get();
    showView(address.view);
    get().showStage(address.stage);
    setAsk({ ...ask, filter: address.filter, view: address.layout, sort: address.sort });
    if (tensor !== get().detailName) {
      if (tensor === undefined) get().showDetail(undefined);
      else get().selectName(tensor);
    }
    get().setSorts(address.sorts ?? {});
    get().pickSave(address.picked);
    get().pickFile(address.file);
    const { rank, slice, values: tab = 'grid' } = address;
    get().showValues({ rank, slice, tab });
    get().askLoading({ scenario: address.scenario });
    const { comparing, compare, forgetComparison } = get();
    if (JSON.stringify(address.compare) !== JSON.stringify(comparing)) {
      if (address.compare) await compare(address.compare);
      else forgetComparison();
    }
    get().showComparedOnly(address.shown ?? 'all');
  }

  return {
    view: 'summary',
    arriving: false,
    navOpen: memory.read('navOpen', true),
    sideOpen: memory.read('sideOpen', true),
    sideAsked: false,
    overlay: undefined,
    // Having chosen a view, one wants to see it: what lies over it goes.
    showView: (view) => set({ view, overlay: undefined }),
    goTo(address) {
      set({ arriving: true });
      const mine = settled
        .then(() => arrive(address))
        .then(() => {
          if (mine === settled) set({ arriving: false });
        });
      settled = mine;
      return mine;
    },
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
    askSide() {
      const shown = get().sideOpen && get().sideAsked;
      set({ sideAsked: !shown });
      if (!shown) get().toggleSide(false, true);
    },
    closeOverlay: () => set({ overlay: undefined }),
  };
}

/** The place that a tab shows. */
export function addressOf(state: AppState): Address {
  const { opened, opening, openFault, ask, sorts, detailName, valuesPlace } = state;
  const { comparing, compareShown, pickedSave, pickedFile, loadingAsk, stage } = state;
  const request = opened ?? opening ?? openFault?.request;
  return {
    view: state.view,
    filter: ask.filter,
    layout: ask.view,
    ...(request && { path: request.path }),
    ...(request?.strategy !== undefined && { strategy: request.strategy }),
    ...(request?.fileSuffix !== undefined && { save: request.fileSuffix }),
    ...(request?.damaged && { damaged: true }),
    ...(ask.sort && { sort: ask.sort }),
    ...(Object.keys(sorts).length > 0 && { sorts }),
    ...(detailName !== undefined && { tensor: detailName }),
    ...(stage !== undefined && { stage }),
    ...(valuesPlace.rank !== undefined && { rank: valuesPlace.rank }),
    ...(valuesPlace.slice !== undefined && { slice: valuesPlace.slice }),
    ...(valuesPlace.tab !== 'grid' && { values: valuesPlace.tab }),
    ...(comparing && { compare: comparing, ...(compareShown !== 'all' && { shown: compareShown }) }),
    ...(pickedSave !== undefined && { picked: pickedSave }),
    ...(pickedFile !== undefined && { file: pickedFile }),
    ...(loadingAsk.scenario !== undefined && { scenario: loadingAsk.scenario }),
  };
}

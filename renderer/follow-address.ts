import { type Address, formatAddress, parseAddress } from './address.ts';
import type { AppStore } from './store/app-store.ts';
import type { AppState } from './store/slice.ts';

/** What makes another place, to come back to; the rest is changed in place. */
const PLACES = ['view', 'path', 'save', 'rank', 'slice', 'values'] as const;

/**
 * Keeps store and address in step until the returned function is called: what a person does is written to the
 * hash (a new history entry for another view or checkpoint, else in place), and going back or forward in the
 * browser, or a reload, brings the state back.
 */
export function followAddress(store: AppStore, page: Window = window): () => void {
  let applying = false;
  let settled = Promise.resolve();

  const apply = () => {
    settled = settled.then(async () => {
      applying = true;
      await applyAddress(store, parseAddress(page.location.hash));
      applying = false;
      write(store.getState());
    });
    return settled;
  };

  const write = (state: AppState) => {
    if (applying || state.opening) return;
    const now = parseAddress(page.location.hash);
    const next = addressOf(state);
    const hash = formatAddress(next);
    if (hash === formatAddress(now)) return;
    const another = PLACES.some((part) => next[part] !== now[part]);
    page.history[another ? 'pushState' : 'replaceState'](null, '', hash);
  };

  const stop = store.subscribe(write);
  page.addEventListener('popstate', apply);
  page.addEventListener('hashchange', apply);
  void apply();
  return () => {
    stop();
    page.removeEventListener('popstate', apply);
    page.removeEventListener('hashchange', apply);
  };
}

export function addressOf(state: AppState): Address {
  const { opened, openFault, ask, detailName, valuesPlace, comparing } = state;
  const request = opened ?? openFault?.request;
  return {
    view: state.view,
    filter: ask.filter,
    layout: ask.view,
    ...(request && { path: request.path }),
    ...(request?.strategy !== undefined && { strategy: request.strategy }),
    ...(request?.fileSuffix !== undefined && { save: request.fileSuffix }),
    ...(ask.sort && { sort: ask.sort }),
    ...(detailName !== undefined && { tensor: detailName }),
    ...(valuesPlace.rank !== undefined && { rank: valuesPlace.rank }),
    ...(valuesPlace.slice !== undefined && { slice: valuesPlace.slice }),
    ...(valuesPlace.tab !== 'grid' && { values: valuesPlace.tab }),
    ...(comparing && { compare: comparing }),
  };
}

async function applyAddress(store: AppStore, address: Address): Promise<void> {
  const { path, strategy, save: fileSuffix, tensor } = address;
  const { opened, view } = store.getState();
  if (view !== address.view) store.getState().showView(address.view);
  if (path === undefined) {
    if (opened) store.getState().closeCheckpoint();
    return;
  }
  const same = opened?.path === path && opened.strategy === strategy && opened.fileSuffix === fileSuffix;
  if (!same && !(await store.getState().open({ path, strategy, fileSuffix }))) return;
  const { ask, setAsk, showView } = store.getState();
  showView(address.view);
  setAsk({ ...ask, filter: address.filter, view: address.layout, sort: address.sort });
  if (tensor !== store.getState().detailName) {
    if (tensor === undefined) store.getState().showDetail(undefined);
    else store.getState().selectName(tensor);
  }
  const { rank, slice, values: tab = 'grid' } = address;
  store.getState().showValues({ rank, slice, tab });
  const { comparing, compare, forgetComparison } = store.getState();
  if (JSON.stringify(address.compare) === JSON.stringify(comparing)) return;
  if (address.compare) await compare(address.compare);
  else forgetComparison();
}

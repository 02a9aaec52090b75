import { type Address, formatAddress, parseAddress } from './address.ts';
import { addressOf } from './store/place.ts';
import { activeTab, listenToTabs } from './store/tabs.ts';
import type { WorkspaceStore } from './store/workspace.ts';

/** What makes another place, to come back to; the rest is changed in place. */
const PLACES = ['view', 'path', 'save', 'damaged', 'stage', 'rank', 'slice', 'values', 'scenario'] as const;

/**
 * Keeps the active tab and the address bar in step until the returned function is called: what a person does is
 * written to the hash (a new history entry for another tab, view or checkpoint, else in place), and going back or
 * forward in the browser, or a reload, brings the tab and its state back. A history entry names its tab; a tab
 * that was closed meanwhile is opened again.
 */
export function followAddress(workspace: WorkspaceStore, page: Window = window): () => void {
  // The page is at another tab's entry already, and that tab is about to be active.
  let applying = false;

  const write = () => {
    if (applying) return;
    const { id, store } = activeTab(workspace.getState());
    const state = store.getState();
    if (state.arriving || state.opening) return;
    const now = parseAddress(page.location.hash);
    const next = addressOf(state);
    const hash = formatAddress(next);
    const from = entryTab(page);
    if (from === id && hash === formatAddress(now)) return;
    const another = from === id ? PLACES.some((part) => differs(part, now, next)) : from !== undefined;
    page.history[another ? 'pushState' : 'replaceState']({ tab: id }, '', hash);
  };

  const apply = () => {
    const { tabs, showTab, addTab } = workspace.getState();
    // Without one it is where it was in the last visit.
    const address = page.location.hash === '' ? undefined : parseAddress(page.location.hash);
    // An address that was typed, or that came from elsewhere, is for the active tab.
    const id = entryTab(page) ?? activeTab(workspace.getState()).id;
    applying = true;
    if (tabs.some((tab) => tab.id === id)) showTab(id, address);
    else addTab(address, { id });
    applying = false;
    write();
  };

  const stop = listenToTabs(workspace, write);
  page.addEventListener('popstate', apply);
  page.addEventListener('hashchange', apply);
  apply();
  return () => {
    stop();
    page.removeEventListener('popstate', apply);
    page.removeEventListener('hashchange', apply);
  };
}

function differs(part: (typeof PLACES)[number], now: Address, next: Address): boolean {
  // Walking over the ranks is not going from place to place.
  return next[part] !== now[part] && !(part === 'rank' && next.view === 'ranks');
}

/** The tab of the history entry that the page is at. */
function entryTab(page: Window): string | undefined {
  const state: unknown = page.history.state;
  if (typeof state !== 'object' || state === null || !('tab' in state)) return undefined;
  return typeof state.tab === 'string' ? state.tab : undefined;
}

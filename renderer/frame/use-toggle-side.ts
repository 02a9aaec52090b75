import { useContext } from 'react';
import { useApp, useAppStore } from '../store/app-store.ts';
import type { AppState } from '../store/slice.ts';
import { useWorkspaceStore } from '../store/workspace.ts';
import { paneId } from '../tabs/ids.ts';
import { viewOf } from '../views/index.ts';
import type { View } from '../views/view.ts';
import { HalfContext, useNarrow } from './use-narrow.ts';

/** Below this width, in CSS pixels, half of a window has no right panel without a selection: `frame.module.css`. */
const SHORT = 900;

/** Whether the view explains what is selected: a view that says itself what is to be done first has no right panel. */
export function useHasSide(): boolean {
  return useApp((state) => {
    const view = shownView(state);
    return view?.Side !== undefined && (view.explains?.(state) ?? true);
  });
}

/** Whether it is half of a window with nothing selected, and the right panel beside the view. */
export function useUnselected(): boolean {
  const half = useContext(HalfContext);
  const narrow = useNarrow();
  const nothing = useApp((state) => shownView(state)?.nothingSelected?.(state) ?? false);
  return half && !narrow && nothing;
}

/** Shows or hides the right panel of the active tab: whatever it is about, one sees it come or go. */
export function useToggleSide(): () => void {
  const store = useAppStore();
  const workspace = useWorkspaceStore();
  const narrow = useNarrow();
  const unselected = useUnselected();
  return () => {
    const pane = document.getElementById(paneId(workspace.getState().active));
    if (unselected && pane && pane.clientWidth < SHORT) store.getState().askSide();
    else store.getState().toggleSide(narrow);
  };
}

function shownView({ checkpoint, view }: AppState): View | undefined {
  return checkpoint && viewOf(view, checkpoint);
}

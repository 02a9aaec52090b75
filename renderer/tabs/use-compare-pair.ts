import { useStore } from 'zustand';
import { addressOf } from '../store/place.ts';
import { activeTab, shownTabs } from '../store/tabs.ts';
import { useWorkspace, useWorkspaceStore } from '../store/workspace.ts';
import { ownSide } from '../views/compare/own-side.ts';

/** Compares the two checkpoints that are side by side, in a tab of its own; undefined while there are no two. */
export function useComparePair(): (() => void) | undefined {
  const workspace = useWorkspaceStore();
  const left = useWorkspace((state) => (shownTabs(state)[0] ?? activeTab(state)).store);
  const right = useWorkspace((state) => (shownTabs(state)[1] ?? activeTab(state)).store);
  const comparable = useStore(left, isComparable);
  const both = useStore(right, isComparable) && comparable && left !== right;
  if (!both) return undefined;
  return () => {
    const a = ownSide(left.getState());
    const b = ownSide(right.getState());
    if (a === undefined || b === undefined) return;
    const { path, strategy, save } = addressOf(left.getState());
    workspace.getState().addTab({
      view: 'compare',
      filter: '',
      layout: 'tree',
      compare: { a, b },
      ...(path !== undefined && { path }),
      ...(strategy !== undefined && { strategy }),
      ...(save !== undefined && { save }),
    });
  };
}

function isComparable({ checkpoint }: Parameters<typeof ownSide>[0]): boolean {
  return checkpoint !== undefined && checkpoint.kind !== 'strategy';
}

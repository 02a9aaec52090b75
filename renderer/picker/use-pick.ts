import { useDesktop } from '../parts/desktop.ts';
import { useApp } from '../store/app-store.ts';
import type { PickPurpose } from '../store/dialogs.ts';
import { useWorkspace } from '../store/workspace.ts';

export interface PickWish {
  /** Only the desktop asks for folders and files with dialogs of their own. */
  readonly what?: 'folder' | 'file';
  /** Where the dialog starts. */
  readonly suggested?: string;
}

/** Asks for a path: with the desktop's own dialog where there is one, else with the app's folder picker. */
export function usePick() {
  const desktop = useDesktop();
  const pick = useWorkspace((state) => state.pick);
  return (purpose: PickPurpose, take: (path: string) => void, wish: PickWish = {}) => {
    const { what = 'folder', suggested } = wish;
    if (desktop === undefined) return pick({ purpose, take });
    const answer =
      purpose === 'out'
        ? desktop.pickOutput(suggested)
        : what === 'file'
          ? desktop.pickFile()
          : desktop.pickFolder();
    void answer.then((path) => path !== null && take(path));
  };
}

/** Asks for a checkpoint and opens it. */
export function useOpenPicked(): (wish?: PickWish) => void {
  const pick = usePick();
  const open = useApp((state) => state.open);
  return (wish) => pick('open', (path) => void open({ path }), wish);
}

import { useDesktop } from '../parts/desktop.ts';
import { useApp } from '../store/app-store.ts';
import type { PickPurpose } from '../store/dialogs.ts';

export interface PickWish {
  /** Only the desktop asks for folders and files with dialogs of their own. */
  readonly what?: 'folder' | 'file';
  /** Where the dialog starts. */
  readonly suggested?: string;
}

/** Asks for a path: with the desktop's own dialog where there is one, else with the app's folder picker. */
export function usePick(): (purpose: PickPurpose, wish?: PickWish) => void {
  const desktop = useDesktop();
  const pick = useApp((state) => state.pick);
  const picked = useApp((state) => state.picked);
  return (purpose, { what = 'folder', suggested } = {}) => {
    if (desktop === undefined) return pick(purpose);
    const answer =
      purpose === 'out'
        ? desktop.pickOutput(suggested)
        : what === 'file'
          ? desktop.pickFile()
          : desktop.pickFolder();
    void answer.then((path) => path !== null && picked(purpose, path));
  };
}

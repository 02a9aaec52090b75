import type { FolderListing } from '../../shared/host.ts';
import type { WorkspaceContext } from './workspace.ts';

/** What a path is picked for: it decides what the picker shows and says. */
export type PickPurpose = 'open' | 'compare' | 'strategy' | 'nameMap' | 'out';

export interface Picking {
  readonly purpose: PickPurpose;
  /** Gets the path that was picked. */
  take(path: string): void;
}

/** Dialogs that are no part of a tab, and the folder picker's window on the host's disks. */
export interface DialogsSlice {
  readonly picking: Picking | undefined;
  readonly shortcutsShown: boolean;
  pick(picking: Picking): void;
  closePicker(): void;
  showShortcuts(shown: boolean): void;
  listFolder(path: string | undefined, signal: AbortSignal): Promise<FolderListing>;
  /** Where the picker was last. */
  pickerPlace(): string | undefined;
}

export function dialogsSlice({ set, client, memory }: WorkspaceContext): DialogsSlice {
  return {
    picking: undefined,
    shortcutsShown: false,
    pick: (picking) => set({ picking }),
    closePicker: () => set({ picking: undefined }),
    showShortcuts: (shortcutsShown) => set({ shortcutsShown }),
    async listFolder(path, signal) {
      const listing = await client.call('folder.list', path === undefined ? {} : { path }, signal);
      memory.write('pickerPlace', listing.path);
      return listing;
    },
    pickerPlace: () => memory.read<string | undefined>('pickerPlace', undefined),
  };
}

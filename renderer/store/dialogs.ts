import type { FolderListing } from '../../shared/api.ts';
import type { SliceContext } from './slice.ts';

/** What a path is picked for: to open, as the strategy of the open checkpoint, or as a folder to write to. */
export type PickPurpose = 'open' | 'strategy' | 'out';

/** Dialogs that are no part of a view, and the folder picker's window on the host's disks. */
export interface DialogsSlice {
  readonly picking: PickPurpose | undefined;
  readonly shortcutsShown: boolean;
  pick(purpose: PickPurpose): void;
  closePicker(): void;
  showShortcuts(shown: boolean): void;
  listFolder(path: string | undefined, signal: AbortSignal): Promise<FolderListing>;
  /** Where the picker was last. */
  pickerPlace(): string | undefined;
  /** Takes the answer of the picker (or of the desktop's own dialog) to where it was asked for. */
  picked(purpose: PickPurpose, path: string): void;
}

export function dialogsSlice({ set, get, client, memory }: SliceContext): DialogsSlice {
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
    picked(purpose, path) {
      set({ picking: undefined });
      const { opened } = get();
      if (purpose === 'out') get().changeMerge({ out: path });
      else if (purpose === 'open') void get().open({ path });
      else if (opened) void get().open({ ...opened, strategy: path });
    },
  };
}

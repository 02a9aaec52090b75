import type { FolderListing } from '../../shared/api.ts';
import { takesStrategy } from './drafts.ts';
import type { SliceContext } from './slice.ts';

/** What a path is picked for: to open, as the strategy of the open checkpoint, as one to cut for, … */
export type PickPurpose = 'open' | 'strategy' | 'target' | 'nameMap' | 'out';

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
      const { opened, draft, changeDraft } = get();
      if (purpose === 'out') changeDraft({ out: path });
      else if (purpose === 'target') changeDraft({ dstStrategy: path });
      else if (purpose === 'nameMap') changeDraft({ nameMap: path });
      else if (purpose === 'open') void get().open({ path });
      else if (opened) {
        // The plan reads the checkpoint as it is then open; why it could not be is said there, too.
        void get()
          .open({ ...opened, strategy: path })
          .then(() => draft && takesStrategy(draft) && changeDraft({ strategy: path }));
      }
    },
  };
}

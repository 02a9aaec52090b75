import type { FolderListing } from '../../shared/api.ts';
import { takesStrategy } from './drafts.ts';
import type { SliceContext } from './slice.ts';

/** What a path is picked for: it decides what the picker shows and says. */
export type PickPurpose = 'open' | 'compare' | 'strategy' | 'nameMap' | 'out';

export interface Picking {
  readonly purpose: PickPurpose;
  /** Gets the path that was picked. */
  take(path: string): void;
}

/** Dialogs that are no part of a view, and the folder picker's window on the host's disks. */
export interface DialogsSlice {
  readonly picking: Picking | undefined;
  readonly shortcutsShown: boolean;
  pick(picking: Picking): void;
  closePicker(): void;
  showShortcuts(shown: boolean): void;
  listFolder(path: string | undefined, signal: AbortSignal): Promise<FolderListing>;
  /** Where the picker was last. */
  pickerPlace(): string | undefined;
  /** Opens the checkpoint again with this strategy, which an open dialog then uses too. */
  nameStrategy(strategy: string): void;
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
    nameStrategy(strategy) {
      const { opened, open, draft, changeDraft } = get();
      if (opened === undefined) return;
      // The plan reads the checkpoint as it is then open; why it could not be is said there, too.
      void open({ ...opened, strategy }).then(
        () => draft && takesStrategy(draft) && changeDraft({ strategy }),
      );
    },
  };
}

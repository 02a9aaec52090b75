import { asFault, type Fault } from '../../shared/errors.ts';
import type { SavesReport } from '../../shared/saves/report.ts';
import type { SliceContext } from './slice.ts';

/** The saves of a training output: every header read, which takes a while where there are many. */
export interface SavesSlice {
  /** Of the open checkpoint's path; still the one before while it is read again. */
  readonly savesReport: SavesReport | undefined;
  readonly savesFault: Fault | undefined;
  /** Suffix of the save that the side panel explains; the open one when undefined. */
  readonly pickedSave: string | undefined;
  loadSaves(): Promise<void>;
  pickSave(suffix: string | undefined): void;
  /** Opens a save and asks what merging it would do. */
  useSave(suffix: string): Promise<void>;
}

export function savesSlice({ set, get, client }: SliceContext): SavesSlice {
  let call = new AbortController();

  return {
    savesReport: undefined,
    savesFault: undefined,
    pickedSave: undefined,
    async loadSaves() {
      const { checkpoint, savesReport } = get();
      if (checkpoint === undefined) return;
      call.abort();
      call = new AbortController();
      const mine = call;
      if (savesReport?.path !== checkpoint.path) set({ savesReport: undefined });
      set({ savesFault: undefined });
      try {
        const report = await client.call('saves.report', { checkpoint: checkpoint.id }, mine.signal);
        if (mine === call) set({ savesReport: report });
      } catch (error) {
        const fault = asFault(error);
        if (mine === call && fault.code !== 'CANCELLED') set({ savesFault: fault });
      }
    },
    pickSave: (pickedSave) => set({ pickedSave }),
    async useSave(fileSuffix) {
      const { opened, open, openDraft } = get();
      if (opened && (await open({ ...opened, fileSuffix }))) openDraft('merge');
    },
  };
}

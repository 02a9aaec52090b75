import { useEffect, useMemo } from 'react';
import type { SaveState } from '../../../shared/saves/report.ts';
import { savesByNames } from '../../../shared/saves/report.ts';
import { useApp } from '../../store/app-store.ts';

/** The saves as far as they are known: by their names at once, and when every header was read by those. */
export function useSaves(): { readonly saves: readonly SaveState[]; readonly ranks: readonly number[] } {
  const checkpoint = useApp((state) => state.checkpoint);
  const report = useApp((state) => state.savesReport);
  return useMemo(() => {
    if (report && report.path === checkpoint?.path) return report;
    const ranks = checkpoint?.ranks ?? [];
    return { saves: savesByNames(checkpoint?.saves ?? [], ranks), ranks };
  }, [checkpoint, report]);
}

/** Reads the saves of the checkpoint that is open now. */
export function useLoadedSaves(): void {
  const id = useApp((state) => state.checkpoint?.id);
  const load = useApp((state) => state.loadSaves);
  useEffect(() => {
    if (id !== undefined) void load();
  }, [id, load]);
}

/** The save that is explained: the picked one, else the open one. */
export function usePickedSave(): SaveState | undefined {
  const { saves } = useSaves();
  const open = useApp((state) => state.checkpoint?.suffix);
  const picked = useApp((state) => state.pickedSave) ?? open;
  return saves.find(({ suffix }) => suffix === picked);
}

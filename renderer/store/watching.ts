import type { FileChanges } from '../../shared/file-changes.ts';
import type { SliceContext } from './slice.ts';

/** Whether the files on disk are still those that were opened. Nothing is read again before a person says so. */
export interface WatchingSlice {
  /** What is different; undefined while nothing is, or when it was dismissed. */
  readonly fileChanges: FileChanges | undefined;
  /** Listens for changes of the open checkpoint's files; of none when nothing is open. */
  watchFiles(): void;
  dismissFileChanges(): void;
}

export function watchingSlice({ set, get, client }: SliceContext): WatchingSlice {
  let call = new AbortController();

  async function listen(checkpoint: string, signal: AbortSignal): Promise<void> {
    let known = '';
    while (!signal.aborted) {
      const changes = await client.call('checkpoint.changes', { checkpoint, known }, signal);
      if (signal.aborted) return;
      known = changes.digest;
      set({ fileChanges: known === '' ? undefined : changes });
    }
  }

  return {
    fileChanges: undefined,
    watchFiles() {
      call.abort();
      call = new AbortController();
      set({ fileChanges: undefined });
      const { checkpoint } = get();
      // Without an answer (the engine forgot the checkpoint, or is of another version) nothing is told.
      if (checkpoint) listen(checkpoint.id, call.signal).catch(() => undefined);
    },
    dismissFileChanges: () => set({ fileChanges: undefined }),
  };
}

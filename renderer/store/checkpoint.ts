import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import { asFault, type Fault } from '../../shared/errors.ts';
import type { SliceContext } from './slice.ts';

export interface OpenRequest {
  readonly path: string;
  readonly strategy?: string | undefined;
  readonly fileSuffix?: string | undefined;
  /** A weight file that cannot be read whole, to be looked at all the same. */
  readonly damaged?: true | undefined;
}

export interface Opening extends OpenRequest {
  readonly filesRead: number;
  readonly filesTotal: number;
}

/** The one checkpoint of the tab: being opened, open, or refused. */
export interface CheckpointSlice {
  readonly opening: Opening | undefined;
  readonly openFault: { readonly request: OpenRequest; readonly fault: Fault } | undefined;
  readonly checkpoint: CheckpointSummary | undefined;
  /** What the open checkpoint was asked for with: kept so that it can be opened again the same way. */
  readonly opened: OpenRequest | undefined;
  /** Opens a path; true when it is open now. The checkpoint that was open stays until then. */
  open(request: OpenRequest): Promise<boolean>;
  /** Opens the same path again with the same answers: after a refresh, or when the engine forgot the handle. */
  reopen(): Promise<boolean>;
  cancelOpening(): void;
  closeCheckpoint(): void;
  dismissOpenFault(): void;
  /** Shows a file that was refused among the files: what is wrong with it, its header and bytes; asks about `job`. */
  lookAtDamaged(path: string, job?: 'salvage'): Promise<void>;
}

export function checkpointSlice({ set, get, client }: SliceContext): CheckpointSlice {
  let cancel: AbortController | undefined;

  client.listen((event) => {
    const { opening } = get();
    if (event.type !== 'opening' || opening === undefined || !samePath(event.path, opening.path)) return;
    set({ opening: { ...opening, filesRead: event.filesRead, filesTotal: event.filesTotal } });
  });

  function release(): void {
    const { checkpoint } = get();
    // The handle may be gone already (the engine started anew): that is what closing wants anyway.
    if (checkpoint) client.call('checkpoint.close', { checkpoint: checkpoint.id }).catch(() => undefined);
  }

  /** Dialogs that ask about the checkpoint that was open, and what was chosen of it. */
  function forget(): void {
    get().closeDraft();
    get().showStrategyDialog(false);
    get().forgetComparison();
    get().pickSave(undefined);
    get().pickFile(undefined);
    get().showStage(undefined);
    set({ loadingAsk: {} });
  }

  return {
    opening: undefined,
    openFault: undefined,
    checkpoint: undefined,
    opened: undefined,

    async open(request) {
      cancel?.abort();
      const mine = new AbortController();
      cancel = mine;
      set({ opening: { ...request, filesRead: 0, filesTotal: 0 }, openFault: undefined });
      try {
        const checkpoint = await client.call('checkpoint.open', definedOnly(request), mine.signal);
        if (mine !== cancel) return false;
        release();
        const samePlace = get().opened?.path === request.path;
        // Another checkpoint is met at its summary; another save of the same one in the same view.
        const view = samePlace ? get().view : 'summary';
        set({ checkpoint, opened: request, opening: undefined, view });
        if (!samePlace) forget();
        // Another strategy may have fewer stages.
        get().showStage(get().stage);
        get().resetTable(samePlace);
        get().showDetail(samePlace ? get().detailName : undefined);
        get().watchFiles();
        return true;
      } catch (error) {
        if (mine !== cancel) return false;
        const fault = asFault(error);
        set({
          opening: undefined,
          openFault: fault.code === 'CANCELLED' ? undefined : { request, fault },
        });
        return false;
      }
    },

    async reopen() {
      const { opened } = get();
      return opened === undefined ? false : get().open(opened);
    },

    cancelOpening() {
      cancel?.abort();
      cancel = undefined;
      set({ opening: undefined });
    },

    closeCheckpoint() {
      release();
      set({ checkpoint: undefined, opened: undefined, openFault: undefined, view: 'summary' });
      forget();
      get().resetTable(false);
      get().showDetail(undefined);
      get().watchFiles();
    },

    dismissOpenFault: () => set({ openFault: undefined }),

    async lookAtDamaged(path, job) {
      await get().goTo({ view: 'files', path, damaged: true, filter: '', layout: 'tree' });
      if (job && get().opened?.path === path) get().openDraft(job);
    },
  };
}

/** The request as the engine takes it. */
export function definedOnly({ path, strategy, fileSuffix, damaged }: OpenRequest) {
  return {
    path,
    ...(strategy !== undefined && { strategy }),
    ...(fileSuffix !== undefined && { fileSuffix }),
    ...(damaged && { damaged }),
  };
}

/** The engine answers with the resolved path, which may lack a trailing separator that was typed. */
function samePath(a: string, b: string): boolean {
  return trimmed(a) === trimmed(b) || a.endsWith(trimmed(b)) || b.endsWith(trimmed(a));
}

function trimmed(path: string): string {
  return path.replace(/[/\\]+$/, '');
}

import type { PlanPreview } from '../../shared/api.ts';
import { asFault, type Fault } from '../../shared/errors.ts';
import type { JobDraftInput } from '../../shared/job-options.ts';
import { optimizerPrefixes } from '../merge/optimizer-prefixes.ts';
import type { SliceContext } from './slice.ts';

/** Typing a path should not plan at every letter. */
const SETTLE_MILLISECONDS = 250;

export type MergeDraft = Extract<JobDraftInput, { job: 'merge' }>;

/** The merge dialog: what is asked for, and what the engine says would happen. */
export interface MergeSlice {
  readonly mergeDraft: MergeDraft | undefined;
  readonly mergePlan: PlanPreview | undefined;
  readonly mergeFault: Fault | undefined;
  readonly mergeBusy: 'planning' | 'starting' | undefined;
  openMerge(): void;
  closeMerge(): void;
  changeMerge(part: Partial<MergeDraft>): void;
  /** Adds or takes away the prefixes of optimizer state, found from the tensors' names. */
  leaveOutOptimizer(leave: boolean): Promise<void>;
  startMerge(): Promise<boolean>;
}

export function mergeSlice({ set, get, client }: SliceContext): MergeSlice {
  let call = new AbortController();
  let settle: ReturnType<typeof setTimeout> | undefined;

  async function plan(): Promise<void> {
    call.abort();
    const mine = new AbortController();
    call = mine;
    const { mergeDraft } = get();
    if (mergeDraft === undefined) return;
    set({ mergeBusy: 'planning' });
    try {
      const mergePlan = await client.call('job.plan', mergeDraft, mine.signal);
      if (mine === call) set({ mergePlan, mergeFault: undefined, mergeBusy: undefined });
    } catch (error) {
      if (mine === call) set({ mergeFault: asFault(error), mergeBusy: undefined });
    }
  }

  return {
    mergeDraft: undefined,
    mergePlan: undefined,
    mergeFault: undefined,
    mergeBusy: undefined,

    openMerge() {
      const { checkpoint, opened } = get();
      if (checkpoint === undefined || opened === undefined) return;
      // The strategy and the save are named only when a person chose them: else the engine finds them.
      const strategy = opened.strategy;
      const fileSuffix = opened.fileSuffix;
      set({
        mergeDraft: {
          job: 'merge',
          path: opened.path,
          ...(strategy !== undefined && { strategy }),
          ...(fileSuffix !== undefined && { fileSuffix }),
        },
        mergePlan: undefined,
        mergeFault: undefined,
      });
      void plan();
    },

    closeMerge() {
      clearTimeout(settle);
      call.abort();
      call = new AbortController();
      set({ mergeDraft: undefined, mergePlan: undefined, mergeFault: undefined, mergeBusy: undefined });
    },

    changeMerge(part) {
      const { mergeDraft } = get();
      if (mergeDraft === undefined) return;
      set({ mergeDraft: { ...mergeDraft, ...part }, mergeBusy: 'planning' });
      clearTimeout(settle);
      settle = setTimeout(() => void plan(), SETTLE_MILLISECONDS);
    },

    async leaveOutOptimizer(leave) {
      const { checkpoint, mergeDraft } = get();
      if (checkpoint === undefined || mergeDraft === undefined) return;
      const { names } = await client.call('tensors.names', { checkpoint: checkpoint.id, view: 'flat' });
      const prefixes = new Set(optimizerPrefixes(names));
      const kept = (mergeDraft.filterOutParamPrefix ?? []).filter((prefix) => !prefixes.has(prefix));
      get().changeMerge({ filterOutParamPrefix: leave ? [...kept, ...prefixes] : kept });
    },

    async startMerge() {
      const { mergeDraft, mergePlan } = get();
      if (mergeDraft === undefined || mergePlan === undefined) return false;
      set({ mergeBusy: 'starting', mergeFault: undefined });
      try {
        const out = mergeDraft.out ?? mergePlan.out;
        const job = await client.call('job.start', { ...mergeDraft, out });
        if (!get().jobs.some((other) => other.id === job.id)) set({ jobs: [job, ...get().jobs] });
        get().closeMerge();
        return true;
      } catch (error) {
        set({ mergeFault: asFault(error), mergeBusy: undefined });
        return false;
      }
    },
  };
}

import { asFault, type Fault } from '../../shared/errors.ts';
import type { JobName } from '../../shared/job-options.ts';
import type { PlanPreview } from '../../shared/plan/preview.ts';
import { type Draft, firstDraft, isFinished } from './drafts.ts';
import { jobDefaults } from './settings.ts';
import type { SliceContext } from './slice.ts';

/** Typing a path should not plan at every letter. */
const SETTLE_MILLISECONDS = 250;

/** The job that the dialog asks about: what is wanted, and what the engine says would happen. */
export interface DraftSlice {
  readonly draft: Draft | undefined;
  readonly plan: PlanPreview | undefined;
  readonly planFault: Fault | undefined;
  readonly draftBusy: 'planning' | 'starting' | undefined;
  /** `part`: fields that are known already. */
  openDraft(job: JobName, part?: Partial<Draft>): void;
  closeDraft(): void;
  /** Changes fields of the draft; it stays the job that it is. */
  changeDraft(part: Partial<Draft>): void;
  startDraft(): Promise<boolean>;
}

const NO_PLAN = { plan: undefined, planFault: undefined, draftBusy: undefined };

export function draftSlice({ set, get, client, workspace }: SliceContext): DraftSlice {
  let call = new AbortController();
  let settle: ReturnType<typeof setTimeout> | undefined;

  function forgetPlans(): void {
    clearTimeout(settle);
    call.abort();
    call = new AbortController();
  }

  async function plan(): Promise<void> {
    forgetPlans();
    const mine = call;
    const { draft } = get();
    if (draft === undefined || !isFinished(draft)) return set({ draftBusy: undefined });
    set({ draftBusy: 'planning' });
    try {
      const plan = await client.call('job.plan', draft, mine.signal);
      if (mine === call) set({ plan, planFault: undefined, draftBusy: undefined });
    } catch (error) {
      if (mine === call) set({ planFault: asFault(error), draftBusy: undefined });
    }
  }

  return {
    draft: undefined,
    ...NO_PLAN,

    openDraft(job, part) {
      const { checkpoint, opened } = get();
      if (checkpoint === undefined || opened === undefined) return;
      set({
        draft: {
          ...firstDraft(job, checkpoint, opened),
          ...jobDefaults(workspace.getState().preferences),
          ...part,
        } as Draft,
        ...NO_PLAN,
      });
      void plan();
    },

    closeDraft() {
      forgetPlans();
      set({ draft: undefined, ...NO_PLAN });
    },

    changeDraft(part) {
      const { draft } = get();
      if (draft === undefined) return;
      const changed = { ...draft, ...part } as Draft;
      set({ draft: changed, draftBusy: isFinished(changed) ? 'planning' : undefined });
      clearTimeout(settle);
      settle = setTimeout(() => void plan(), SETTLE_MILLISECONDS);
    },

    async startDraft() {
      const { draft, plan } = get();
      if (draft === undefined || plan === undefined || !isFinished(draft)) return false;
      set({ draftBusy: 'starting', planFault: undefined });
      try {
        const job = await client.call('job.start', { ...draft, out: draft.out ?? plan.out });
        workspace.getState().addJob(job);
        get().closeDraft();
        return true;
      } catch (error) {
        set({ planFault: asFault(error), draftBusy: undefined });
        return false;
      }
    },
  };
}

import type { SliceContext } from './slice.ts';

/** The pipeline stage that is chosen: views mark its ranks, and their tables narrow to it when asked. */
export interface StageSlice {
  readonly stage: number | undefined;
  /** Chooses a stage; none when undefined, or when the checkpoint has no such stage or only one. */
  showStage(stage: number | undefined): void;
  /** Keeps the chosen stage's tensors only in every table, or no longer. */
  narrowToStage(narrow: boolean): void;
}

export function stageSlice({ set, get }: SliceContext): StageSlice {
  return {
    stage: undefined,
    showStage(wanted) {
      const { checkpoint, stage: before, ask, setFilter } = get();
      const count = checkpoint?.strategy?.stageCount ?? 1;
      const stage = wanted !== undefined && count > 1 && wanted < count ? wanted : undefined;
      set({ stage });
      // Tables that show one stage only go along to the next.
      if (before !== stage && keepsStage(ask.filter, before))
        setFilter(withStage(withoutStage(ask.filter, before), stage));
    },
    narrowToStage(narrow) {
      const { stage, ask, setFilter } = get();
      const rest = withoutStage(ask.filter, stage);
      setFilter(narrow ? withStage(rest, stage) : rest);
    },
  };
}

/** Whether a filter keeps the tensors of this stage only, in a term of its own. */
export function keepsStage(filter: string, stage: number | undefined): boolean {
  return withoutStage(filter, stage) !== filter;
}

function withStage(filter: string, stage: number | undefined): string {
  return stage === undefined ? filter : [filter, `stage:${stage}`].join(' ').trim();
}

function withoutStage(filter: string, stage: number | undefined): string {
  return filter.replace(new RegExp(`(^|\\s+)stage:${stage}(?=\\s|$)`), '').trimStart();
}

import type { Comparison } from '../../../shared/compare/results.ts';
import type { JobState } from '../../../shared/jobs.ts';
import { useApp } from '../../store/app-store.ts';
import { useWorkspace } from '../../store/workspace.ts';

/** The job of the comparison that is shown, and what it found once it is done. */
export function useComparison(): {
  readonly job: JobState | undefined;
  readonly comparison: Comparison | undefined;
} {
  const id = useApp((state) => state.compareJob);
  const job = useWorkspace((state) => state.jobs.find((one) => one.id === id));
  return { job, comparison: job?.state === 'done' ? job.result.comparison : undefined };
}

import type { JobName } from '../../shared/job-options.ts';
import { useApp } from '../store/app-store.ts';
import { CONVERSION_JOBS } from './jobs/index.ts';

export interface Conversion {
  readonly id: JobName;
  readonly label: string;
  open(): void;
}

/** What the open checkpoint can be made into, the likely one first. */
export function useConversions(): readonly Conversion[] {
  const checkpoint = useApp((state) => state.checkpoint);
  const openDraft = useApp((state) => state.openDraft);
  if (checkpoint === undefined) return [];
  return checkpoint.actions.map((job) => ({
    id: job,
    label: CONVERSION_JOBS[job].label(checkpoint),
    open: () => openDraft(job),
  }));
}

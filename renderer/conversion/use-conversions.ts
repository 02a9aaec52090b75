import type { JobName } from '../../shared/job-options.ts';
import { t } from '../language/t.ts';
import { useApp } from '../store/app-store.ts';
import { CONVERSION_JOBS } from './jobs/index.ts';

export interface Conversion {
  readonly id: JobName | 'strategy';
  readonly label: string;
  open(): void;
}

/** What the open checkpoint, or its strategy, can be made into; the likely one first. */
export function useConversions(): readonly Conversion[] {
  const checkpoint = useApp((state) => state.checkpoint);
  const openDraft = useApp((state) => state.openDraft);
  const showStrategyDialog = useApp((state) => state.showStrategyDialog);
  if (checkpoint === undefined) return [];
  const conversions: Conversion[] = checkpoint.actions.map((job) => ({
    id: job,
    label: CONVERSION_JOBS[job].label(checkpoint),
    open: () => openDraft(job),
  }));
  if (checkpoint.strategy)
    conversions.push({
      id: 'strategy',
      label: t('Save the strategy as one file'),
      open: () => showStrategyDialog(true),
    });
  return conversions;
}

import type { CheckpointSummary } from '../../shared/checkpoint.ts';
import type { JobDraftInput, JobName } from '../../shared/job-options.ts';
import type { OpenRequest } from './checkpoint.ts';

/** A job as a dialog asks for it: the strategy to write for may still have to be named. */
export type Draft = Unfinished<JobDraftInput>;
export type DraftOf<J extends JobName> = Extract<Draft, { job: J }>;

type Unfinished<D> = D extends { dstStrategy: string }
  ? Omit<D, 'dstStrategy'> & { dstStrategy?: string | undefined }
  : D;

/** A job as it is first asked for: everything that the engine finds by itself is left to it. */
export function firstDraft(job: JobName, checkpoint: CheckpointSummary, opened: OpenRequest): Draft {
  const { path, strategy, fileSuffix } = opened;
  // The strategy and the save are named only when a person chose them.
  const source = {
    path,
    ...(strategy !== undefined && { strategy }),
    ...(fileSuffix !== undefined && { fileSuffix }),
  };
  switch (job) {
    case 'slice':
      return { job, path };
    case 'salvage':
      return { job, path: checkpoint.path };
    case 'metadata':
      return { job, path: checkpoint.path, set: [], remove: [] };
    case 'convert':
      return { job, path, to: checkpoint.format === 'safetensors' ? 'ckpt' : 'safetensors' };
    case 'rename':
      return { job, ...source, to: checkpoint.naming === 'huggingface' ? 'mindspore' : 'huggingface' };
    default:
      return { job, ...source };
  }
}

/** Jobs that read rank folders by their strategy. */
const WITH_STRATEGY = ['merge', 'reshard', 'dedupe', 'restore', 'rename'] as const;
type WithStrategy = (typeof WITH_STRATEGY)[number];

/** The job reads rank folders by their strategy. */
export function takesStrategy(draft: Draft): draft is DraftOf<WithStrategy> {
  return WITH_STRATEGY.some((job) => job === draft.job);
}

/** What has to be answered before the engine can plan it: the strategy to cut for, what to change, where to write. */
export function lacks(draft: Draft): 'target' | 'change' | 'out' | undefined {
  if ((draft.job === 'slice' || draft.job === 'reshard') && draft.dstStrategy === undefined) return 'target';
  if (draft.job === 'metadata' && !draft.set?.length && !draft.remove?.length) return 'change';
  return draft.out === '' ? 'out' : undefined;
}

export function isFinished(draft: Draft): draft is JobDraftInput {
  return lacks(draft) === undefined;
}

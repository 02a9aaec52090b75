import type { PlanPreview } from '../../shared/api.ts';
import type { Fault } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/text/units.ts';

interface Situation {
  readonly plan: PlanPreview | undefined;
  readonly fault: Fault | undefined;
  readonly busy: 'planning' | 'starting' | undefined;
  /** What is still to be answered. */
  readonly lacking: 'target' | 'out' | undefined;
  readonly overwrite: boolean;
  readonly readOnly: boolean;
}

/** Why a job cannot start now, as a sentence; undefined when it can. */
export function refusal({ plan, fault, busy, lacking, overwrite, readOnly }: Situation): string | undefined {
  if (readOnly) return 'This host is read-only: it writes nothing.';
  if (lacking === 'target') return 'Say which strategy to cut for.';
  if (lacking === 'out') return 'Say where to write.';
  if (busy === 'starting') return 'Starting…';
  if (busy === 'planning') return 'Working out what would be written…';
  if (fault) return fault.message;
  if (plan === undefined) return 'Working out what would be written…';
  if (plan.outExists && !overwrite) return 'The folder is not empty: choose another, or allow to replace it.';
  if (plan.freeBytes < plan.bytesWritten)
    return `There is ${formatBytes(plan.bytesWritten - plan.freeBytes)} too little space.`;
  if (plan.tensors === 0) return 'The filters leave nothing to write.';
  return undefined;
}

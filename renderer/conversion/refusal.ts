import type { Fault } from '../../shared/errors.ts';
import type { PlanPreview } from '../../shared/plan/preview.ts';
import { formatBytes } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';
import { translated } from '../language/translated.ts';

interface Situation {
  readonly plan: PlanPreview | undefined;
  readonly fault: Fault | undefined;
  readonly busy: 'planning' | 'starting' | undefined;
  /** What is still to be answered. */
  readonly lacking: 'target' | 'change' | 'out' | undefined;
  readonly overwrite: boolean;
  readonly readOnly: boolean;
}

/** Why a job cannot start now, as a sentence; undefined when it can. */
export function refusal({ plan, fault, busy, lacking, overwrite, readOnly }: Situation): string | undefined {
  if (readOnly) return t('This host is read-only: it writes nothing.');
  if (lacking === 'target') return t('Say which strategy to cut for.');
  if (lacking === 'change') return t('Change a key first.');
  if (lacking === 'out') return t('Say where to write.');
  if (busy === 'starting') return t('Starting…');
  if (busy === 'planning') return t('Working out what would be written…');
  if (fault) return translated(fault.message);
  if (plan === undefined) return t('Working out what would be written…');
  if (plan.outExists && !overwrite)
    return t('The folder is not empty: choose another, or allow to replace it.');
  if (plan.freeBytes < plan.bytesWritten)
    return t('There is {{size}} too little space.', {
      size: formatBytes(plan.bytesWritten - plan.freeBytes),
    });
  if (plan.tensors === 0) return t('The filters leave nothing to write.');
  return undefined;
}

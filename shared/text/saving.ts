import type { JobFindings } from '../jobs.ts';
import { formatBytes } from './units.ts';

/** "193.7 KiB of tensors before, 91.8 KiB after, 101.8 KiB saved." */
export function savingWords({ bytesBefore, bytesAfter }: NonNullable<JobFindings['redundancy']>): string {
  const saved = bytesBefore - bytesAfter;
  const change =
    saved === 0 ? 'no change' : `${formatBytes(Math.abs(saved))} ${saved > 0 ? 'saved' : 'more'}`;
  return `${formatBytes(bytesBefore)} of tensors before, ${formatBytes(bytesAfter)} after, ${change}.`;
}

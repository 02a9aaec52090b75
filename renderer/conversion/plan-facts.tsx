import type { PlanPreview } from '../../shared/api.ts';
import { formatBytes, formatDuration } from '../../shared/text/units.ts';
import { Facts } from '../parts/facts.tsx';
import css from './conversion.module.css';

interface PlanFactsProps {
  readonly plan: PlanPreview;
  /** Of several copies of a slice only one is read. */
  readonly eachSliceOnce: boolean;
}

/** Space, time and memory before anything is written. */
export function PlanFacts({ plan, eachSliceOnce }: PlanFactsProps) {
  const { freeBytes, bytesWritten, bytesRead, secondsEstimate, peakMemoryBytes } = plan;
  const short = freeBytes < bytesWritten;
  return (
    <div className={css.planFacts}>
      <Facts
        rows={[
          [
            'Free there',
            <span key="free" className={short ? css.short : undefined}>
              {formatBytes(freeBytes)}, needs {formatBytes(bytesWritten)}
            </span>,
          ],
          [
            'Time, memory',
            `${formatDuration(secondsEstimate)} at this disk’s speed, ${formatBytes(peakMemoryBytes)}`,
          ],
          ['Reads', eachSliceOnce && `${formatBytes(bytesRead)}, each slice once`],
        ]}
      />
    </div>
  );
}

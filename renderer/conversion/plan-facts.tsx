import type { PlanPreview } from '../../shared/api.ts';
import { formatDuration } from '../../shared/text/duration.ts';
import { Facts } from '../parts/facts.tsx';
import { Size } from '../parts/size.tsx';
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
              <Size bytes={freeBytes} />, needs <Size bytes={bytesWritten} />
            </span>,
          ],
          [
            'Time, memory',
            <span key="time">
              {formatDuration(secondsEstimate)} at this disk’s speed, <Size bytes={peakMemoryBytes} />
            </span>,
          ],
          [
            'Reads',
            eachSliceOnce && (
              <span key="reads">
                <Size bytes={bytesRead} />, each slice once
              </span>
            ),
          ],
        ]}
      />
    </div>
  );
}

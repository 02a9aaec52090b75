import { Trans } from 'react-i18next';
import type { PlanPreview } from '../../shared/plan/preview.ts';
import { formatDuration } from '../../shared/text/duration.ts';
import { t } from '../language/t.ts';
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
            t('Free there'),
            <span key="free" className={short ? css.short : undefined}>
              <Trans
                i18nKey="<free/>, needs <needed/>"
                components={{ free: <Size bytes={freeBytes} />, needed: <Size bytes={bytesWritten} /> }}
              />
            </span>,
          ],
          [
            t('Time, memory'),
            <span key="time">
              <Trans
                i18nKey="{{duration}} at this disk’s speed, <memory/>"
                values={{ duration: formatDuration(secondsEstimate) }}
                components={{ memory: <Size bytes={peakMemoryBytes} /> }}
              />
            </span>,
          ],
          [
            t('Reads'),
            eachSliceOnce && (
              <span key="reads">
                <Trans i18nKey="<size/>, each slice once" components={{ size: <Size bytes={bytesRead} /> }} />
              </span>
            ),
          ],
        ]}
      />
    </div>
  );
}

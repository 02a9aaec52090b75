import { useElementSize } from '@mantine/hooks';
import type { Ref } from 'react';
import { formatCount } from '../../../shared/text/units.ts';
import type { TensorStats } from '../../../shared/values/results.ts';
import { t } from '../../language/t.ts';
import css from './histogram.module.css';
import { type Bins, type Counts, histogramOf } from './histogram-bars.ts';

const HEIGHT = 260;
const MARGIN = { top: 10, right: 24, bottom: 26, left: 48 };

interface HistogramProps {
  readonly stats: TensorStats;
  readonly bins: Bins;
  readonly counts: Counts;
  /** The drawing, to be saved. */
  readonly drawing: Ref<SVGSVGElement>;
}

/** How values are spread, as bars; each says its range and count under the pointer. */
export function Histogram({ stats, bins, counts, drawing }: HistogramProps) {
  const { ref, width } = useElementSize();
  const inner = {
    width: Math.max(200, width) - MARGIN.left - MARGIN.right,
    height: HEIGHT - MARGIN.top - MARGIN.bottom,
  };
  const { bars, xTicks, yTicks } = histogramOf(stats, bins, counts, inner);
  return (
    <div ref={ref} className={css.frame}>
      <svg
        ref={drawing}
        role="img"
        aria-label={t('Histogram of {{values}} in {{bins}}', {
          values: t('{{count}} values', { count: stats.finite }),
          bins: t('{{count}} bins', { count: bars.length }),
        })}
        width={Math.max(200, width)}
        height={HEIGHT}
        className={css.drawing}
      >
        <g transform={`translate(${MARGIN.left},${MARGIN.top})`}>
          {yTicks.map(({ at, label }) => (
            <g key={label} transform={`translate(0,${at})`}>
              <line x2={inner.width} className={css.grid} />
              <text x={-8} dy="0.32em" textAnchor="end" className={css.tick}>
                {label}
              </text>
            </g>
          ))}
          {bars.map((bar) => (
            <rect
              key={bar.label}
              x={bar.x + 0.5}
              width={Math.max(1, bar.width - 1)}
              y={bar.y}
              height={bar.height}
              className={css.bar}
            >
              <title>{`${bar.label}: ${formatCount(bar.count)}`}</title>
            </rect>
          ))}
          <line y1={inner.height} y2={inner.height} x2={inner.width} className={css.axis} />
          {xTicks.map(({ at, label }) => (
            <text key={label} x={at} y={inner.height + 17} textAnchor="middle" className={css.tick}>
              {label}
            </text>
          ))}
        </g>
      </svg>
    </div>
  );
}

import { scaleLinear, scaleLog } from 'd3-scale';
import { formatRounded } from '../../../shared/values/format.ts';
import type { TensorStats } from '../../../shared/values/results.ts';
import { t } from '../../language/t.ts';
import { typographic } from '../../parts/typographic.ts';

export type Bins = 'equal' | 'powers';
export type Counts = 'linear' | 'log';

export interface Bar {
  readonly label: string;
  readonly count: number;
  /** In the drawing, in pixels. */
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly height: number;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Histogram {
  readonly bars: readonly Bar[];
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
}

/** Lays a histogram out in a box of `width` × `height` pixels. */
export function histogramOf(
  stats: TensorStats,
  bins: Bins,
  counts: Counts,
  { width, height }: { readonly width: number; readonly height: number },
): Histogram {
  const ranges = bins === 'equal' ? equalRanges(stats) : powerRanges(stats);
  const most = Math.max(1, ...ranges.map(({ count }) => count));
  const y =
    counts === 'log' ? scaleLog([0.5, most], [height, 0]) : scaleLinear([0, most], [height, 0]).nice();
  const each = width / Math.max(1, ranges.length);
  const bars = ranges.map(({ label, count }, i): Bar => {
    const top = count === 0 ? height : y(count);
    return { label, count, x: i * each, width: each, y: top, height: height - top };
  });
  const yTicks = y
    .ticks(5)
    .filter(
      (value) => Number.isInteger(value) && (counts === 'linear' || Number.isInteger(Math.log10(value))),
    )
    .map((value) => ({ at: y(value), label: compact(value) }));
  return { bars, xTicks: bins === 'equal' ? equalTicks(stats, width) : powerTicks(ranges, each), yTicks };
}

interface Range {
  readonly label: string;
  readonly count: number;
  /** Of a bin between powers of two. */
  readonly exponent?: number;
}

function equalRanges({ linear }: TensorStats): Range[] {
  const step = (linear.to - linear.from) / Math.max(1, linear.counts.length);
  return linear.counts.map((count, i) => ({
    count,
    label: t('{{from}} to {{to}}', {
      from: rounded(linear.from + i * step),
      to: rounded(linear.from + (i + 1) * step),
    }),
  }));
}

/** Negative values by falling magnitude, zeros, positive values by rising magnitude. */
function powerRanges({ log, zeros }: TensorStats): Range[] {
  const side = (list: TensorStats['log']['negative'], sign: string): Range[] => {
    const least = list[0]?.exponent ?? 0;
    const most = list.at(-1)?.exponent ?? least - 1;
    const counts = new Map(list.map(({ exponent, count }) => [exponent, count]));
    return Array.from({ length: most - least + 1 }, (_, i) => ({
      exponent: least + i,
      count: counts.get(least + i) ?? 0,
      label: t('{{from}} to {{to}}', {
        from: `${sign}2^${typographic(String(least + i))}`,
        to: `${sign}2^${typographic(String(least + i + 1))}`,
      }),
    }));
  };
  return [
    ...side(log.negative, '−').reverse(),
    { label: t('zero'), count: zeros },
    ...side(log.positive, ''),
  ];
}

function equalTicks({ linear }: TensorStats, width: number): Tick[] {
  const x = scaleLinear([linear.from, linear.to], [0, width]);
  const size = Math.max(Math.abs(linear.from), Math.abs(linear.to));
  // Where plain digits would run into each other.
  const format = size >= 1e5 || size < 1e-3 ? x.tickFormat(7, '~e') : x.tickFormat(7);
  return x.ticks(7).map((value) => ({ at: x(value), label: value === 0 ? '0' : typographic(format(value)) }));
}

function powerTicks(ranges: readonly Range[], each: number): Tick[] {
  const step = Math.ceil(ranges.length / 10);
  const zero = ranges.findIndex(({ exponent }) => exponent === undefined);
  return ranges.flatMap(({ exponent }, i) => {
    if ((i - zero) % step !== 0) return [];
    const label = exponent === undefined ? '0' : `${i < zero ? '−' : ''}2^${typographic(String(exponent))}`;
    return [{ at: (i + 0.5) * each, label }];
  });
}

const UNITS = ['', 'k', 'M', 'G', 'T'];

function compact(count: number): string {
  let unit = 0;
  let value = count;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${Number(value.toPrecision(3))}${UNITS[unit]}`;
}

function rounded(value: number): string {
  return typographic(formatRounded(value));
}

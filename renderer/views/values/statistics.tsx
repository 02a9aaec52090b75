import { Button, SegmentedControl } from '@mantine/core';
import { type ReactNode, type Ref, useState } from 'react';
import { formatCount } from '../../../shared/text/units.ts';
import { formatRounded } from '../../../shared/values/format.ts';
import type { TensorStats } from '../../../shared/values/results.ts';
import { t } from '../../language/t.ts';
import { Facts } from '../../parts/facts.tsx';
import { FaultNote } from '../../parts/fault-note.tsx';
import { REACHABLE } from '../../parts/reachable.ts';
import { typographic } from '../../parts/typographic.ts';
import { useAsked } from '../../parts/use-asked.ts';
import { share } from '../../parts/words.ts';
import { useAppStore } from '../../store/app-store.ts';
import { Histogram } from './histogram.tsx';
import type { Bins, Counts } from './histogram-bars.ts';
import { ReadingBar } from './reading-bar.tsx';
import type { Part } from './use-part.ts';
import css from './values.module.css';

/** What the values are like: extremes, moments, odd values, quantiles, and how they are spread. */
export function Statistics({ part, drawing }: { readonly part: Part; readonly drawing: Ref<SVGSVGElement> }) {
  const store = useAppStore();
  // The first matrix of a larger tensor is only what the grid begins with.
  const slice = part.chosen ? part.slice : undefined;
  const asked = useAsked<TensorStats>(`${part.key} ${slice}`, async (signal, take) =>
    take(await store.getState().askValues('tensor.stats', { slice }, signal)),
  );
  const { value: stats, fault, waiting, stopped } = asked;
  return (
    <section className={css.scrolling} aria-label={t('Statistics')} {...REACHABLE}>
      <ReadingBar waiting={waiting} onStop={asked.stop} />
      {fault && <FaultNote fault={fault} alert />}
      {stopped && (
        <p className={css.quiet}>
          {t('Reading was cancelled.')} <Button onClick={asked.again}>{t('Read the values')}</Button>
        </p>
      )}
      {stats && (
        <div className={css.statistics} data-stale={waiting || undefined}>
          <div className={css.numbers}>
            <Facts rows={numbersOf(stats)} />
            <Facts rows={quantilesOf(stats)} />
          </div>
          {stats.finite > 0 && <Spread stats={stats} drawing={drawing} />}
        </div>
      )}
    </section>
  );
}

function Spread({ stats, drawing }: { readonly stats: TensorStats; readonly drawing: Ref<SVGSVGElement> }) {
  const [bins, setBins] = useState<Bins>('equal');
  const [counts, setCounts] = useState<Counts>('linear');
  return (
    <div className={css.spread}>
      <div className={css.tools}>
        <SegmentedControl
          aria-label={t('Bins')}
          value={bins}
          onChange={(next) => setBins(next === 'powers' ? 'powers' : 'equal')}
          data={[
            { value: 'equal', label: t('Equal bins') },
            { value: 'powers', label: t('Powers of two') },
          ]}
        />
        <SegmentedControl
          aria-label={t('Counts')}
          value={counts}
          onChange={(next) => setCounts(next === 'log' ? 'log' : 'linear')}
          data={[
            { value: 'linear', label: t('Counts') },
            { value: 'log', label: t('Log counts') },
          ]}
        />
      </div>
      <Histogram stats={stats} bins={bins} counts={counts} drawing={drawing} />
    </div>
  );
}

function numbersOf(stats: TensorStats): (readonly [string, ReactNode])[] {
  const number = (value: number | string | undefined) => (
    <span className={css.mono} title={value === undefined ? undefined : typographic(String(value))}>
      {typographic(formatRounded(value, 6))}
    </span>
  );
  const infinities = stats.positiveInfinity + stats.negativeInfinity;
  return [
    [t('Values'), formatCount(stats.count)],
    [t('Least'), number(stats.min)],
    [t('Greatest'), number(stats.max)],
    [t('Mean'), number(stats.mean)],
    [t('Std'), number(stats.std)],
    [
      t('Zeros'),
      stats.zeros === 0 ? t('none') : `${formatCount(stats.zeros)} · ${share(stats.zeros, stats.count)}`,
    ],
    ['NaN', odd(stats.nan, formatCount(stats.nan))],
    ['Inf', odd(infinities, infinityWords(stats))],
  ];
}

/** "3,600 positive", "2 positive, 1 negative". */
function infinityWords({ positiveInfinity, negativeInfinity }: TensorStats): string {
  return [
    positiveInfinity > 0 && t('{{number}} positive', { number: formatCount(positiveInfinity) }),
    negativeInfinity > 0 && t('{{number}} negative', { number: formatCount(negativeInfinity) }),
  ]
    .filter((words) => words !== false)
    .join(', ');
}

function odd(count: number, words: string): ReactNode {
  return count === 0 ? t('none') : <strong className={css.odd}>{words}</strong>;
}

function quantilesOf({ quantiles, quantileError }: TensorStats): (readonly [string, ReactNode])[] {
  return quantiles.map(({ q, value }) => [
    q === 0.5 ? t('Median') : `${Math.round(q * 100)} %`,
    <span
      key={q}
      className={css.mono}
      title={quantileError === 0 ? typographic(String(value)) : t('to one part in a million')}
    >
      {typographic(formatRounded(value, 6))}
    </span>,
  ]);
}

import { scaleLinear } from 'd3-scale';
import type { ParameterBytes, ReplicaGroupBytes } from '../../../shared/redundancy-report.ts';
import { shortRangeWords } from '../../../shared/text/ranges.ts';
import { formatCount, formatShape } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { MiddleText } from '../../parts/middle-text.tsx';
import { Size } from '../../parts/size.tsx';
import { share } from '../../parts/words.ts';
import type { DataColumn } from '../../table/data-table.tsx';
import css from './redundancy.module.css';

type Counted = Pick<ParameterBytes, 'heldBytes' | 'neededBytes' | 'savedBytes'>;

export function groupColumns(groups: readonly ReplicaGroupBytes[]): readonly DataColumn<ReplicaGroupBytes>[] {
  return [
    {
      heading: 'Ranks',
      key: 'ranks',
      width: 'minmax(132px, 2fr)',
      sorts: 'ascending',
      value: ({ ranks }) => ranks,
      render: ({ ranks }) => (
        <span className={css.clipped} title={ranks.join(', ')}>
          {shortRangeWords(ranks)}
        </span>
      ),
    },
    { heading: 'Stage', ...number('stage', '62px', ({ stage }) => stage) },
    { heading: 'Parameters', ...number('parameters', '94px', ({ parameters }) => parameters) },
    ...bytesColumns(groups, 760),
  ];
}

export function parameterColumns(
  parameters: readonly ParameterBytes[],
): readonly DataColumn<ParameterBytes>[] {
  return [
    {
      heading: 'Parameter',
      key: 'name',
      width: 'minmax(240px, 3fr)',
      sorts: 'ascending',
      value: ({ name }) => name,
      render: ({ name }) => <MiddleText text={name} tail={34} className={css.mono} />,
    },
    { heading: 'Type', key: 'dtype', width: '0', hidden: true, value: ({ dtype }) => dtype },
    { heading: 'Shape', key: 'shape', width: '0', hidden: true, value: ({ shape }) => shape },
    {
      heading: 'Held as',
      width: '126px',
      from: 760,
      end: true,
      sorts: 'descending',
      value: ({ slices, copies }) => `${slices} × ${copies}`,
      render: ({ slices, copies, shape }) => (
        <span title={formatShape(shape)}>
          {slices === 1 ? t('whole') : t('{{count}} slices', { count: slices })} × {formatCount(copies)}
        </span>
      ),
    },
    // Names are longer than ranks; what is needed is what is held less what is saved.
    ...bytesColumns(parameters, 900),
  ];
}

function bytesColumns<R extends Counted>(rows: readonly R[], neededFrom: number): readonly DataColumn<R>[] {
  const most = rows.reduce((sum, { heldBytes }) => Math.max(sum, heldBytes), 1);
  const scale = scaleLinear([0, most], [0, 100]);
  return [
    { heading: 'Held', ...bytes('heldBytes', ({ heldBytes }) => heldBytes) },
    { heading: 'Needed', ...bytes('neededBytes', ({ neededBytes }) => neededBytes), from: neededFrom },
    { heading: 'Saved', ...bytes('savedBytes', ({ savedBytes }) => savedBytes) },
    {
      heading: 'Share',
      key: 'savedShare',
      width: 'minmax(124px, 1fr)',
      sorts: 'descending',
      value: ({ savedBytes, heldBytes }) => Number((savedBytes / Math.max(1, heldBytes)).toFixed(4)),
      render: (row) => (
        <Bars
          needed={scale(row.neededBytes)}
          saved={scale(row.savedBytes)}
          words={share(row.savedBytes, row.heldBytes)}
        />
      ),
    },
  ];
}

interface BarsProps {
  /** Lengths in percent of the longest row. */
  readonly needed: number;
  readonly saved: number;
  readonly words: string;
}

/** What is needed and, behind it, what is saved; how much that is of the row is written beside it. */
function Bars({ needed, saved, words }: BarsProps) {
  return (
    <span className={css.bars} title={t('{{share}} saved', { share: words })}>
      <span className={css.lengths} aria-hidden>
        <span className={css.needed} style={{ width: `${needed}%` }} />
        <span className={css.saved} style={{ width: `${saved}%` }} />
      </span>
      <span className={css.percent}>{words}</span>
    </span>
  );
}

type Column<R> = Omit<DataColumn<R>, 'heading'>;

function number<R>(key: string, width: string, value: (row: R) => number): Column<R> {
  return {
    key,
    width,
    value,
    end: true,
    sorts: 'descending',
    render: (row) => formatCount(value(row)),
  };
}

function bytes<R>(key: string, value: (row: R) => number): Column<R> {
  return {
    ...number(key, '92px', value),
    render: (row) => <Size bytes={value(row)} />,
  };
}

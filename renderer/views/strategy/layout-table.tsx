import { IconAlertTriangle, IconChevronRight } from '@tabler/icons-react';
import type { LayoutGroup } from '../../../shared/strategy/layout-groups.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { formatShape } from '../../../shared/text/units.ts';
import { mapNumbers, matrixNumbers } from '../../detail/layout-numbers.ts';
import { t } from '../../language/t.ts';
import { translated } from '../../language/translated.ts';
import { cx } from '../../parts/cx.ts';
import { MiddleText } from '../../parts/middle-text.tsx';
import { sentence } from '../../parts/sentence.ts';
import { partOf } from '../../parts/words.ts';
import { type DataColumn, DataTable } from '../../table/data-table.tsx';
import css from './strategy.module.css';
import { type LayoutRow, type LayoutRows, rowKey } from './use-layout-rows.ts';

const COLUMNS: readonly DataColumn<LayoutRow>[] = [
  {
    heading: 'Parameters',
    width: 'minmax(200px, 2.1fr)',
    value: (row) => (row.type === 'group' ? row.group.called : row.parameter?.name),
    render: (row) => (row.type === 'group' ? <GroupName row={row} /> : <ParameterName row={row} />),
  },
  {
    heading: 'Device matrix',
    width: '112px',
    // The panel beside has it, too.
    from: 660,
    value: (row) => matrixNumbers(row.group.layout),
    render: (row) => row.type === 'group' && <Numbers text={matrixNumbers(row.group.layout)} />,
  },
  {
    heading: 'Tensor map',
    width: 'minmax(96px, 0.9fr)',
    value: (row) => mapNumbers(row.group.layout),
    render: (row) =>
      row.type === 'group' ? (
        <Numbers text={mapNumbers(row.group.layout)} />
      ) : (
        row.parameter?.shape && <Numbers text={formatShape(row.parameter.shape)} />
      ),
  },
  {
    heading: 'Meaning',
    width: 'minmax(180px, 2fr)',
    value: (row) => row.group.words,
    render: (row) =>
      row.type === 'group' ? (
        <span className={css.wrap}>{translated(row.group.words)}</span>
      ) : (
        <Fit row={row} />
      ),
  },
  {
    heading: 'Count',
    width: '78px',
    end: true,
    value: (row) => row.group.matching,
    render: (row) => row.type === 'group' && countWords(row.group),
  },
];

/** All parameters of the strategy, those with equal layouts in one row that opens to their names. */
export function LayoutTable({ table }: { readonly table: LayoutRows }) {
  const { rows, selection, toggle, see } = table;
  return (
    <DataTable
      label={t('Layouts')}
      columns={COLUMNS}
      rows={rows}
      keyOf={rowKey}
      heightOf={(row) => (row.type === 'parameter' ? 27 : row.group.misfit ? 62 : 44)}
      selection={selection}
      onSight={see}
      tree={{
        levelOf: (row) => (row.type === 'group' ? 1 : 2),
        openOf: (row) => (row.type === 'group' ? row.open : undefined),
        toggle,
      }}
      maxHeight="max(180px, 38vh)"
      narrowest={540}
    />
  );
}

function GroupName({ row }: { readonly row: LayoutRow & { readonly type: 'group' } }) {
  const { group } = row;
  const names = escapeText(group.called, 400);
  return (
    <>
      <span data-toggle className={css.toggle}>
        <IconChevronRight size={14} aria-hidden className={cx(css.chevron, row.open && css.open)} />
      </span>
      <span className={css.group} title={names}>
        <span className={css.wrap}>{names}</span>
        {group.misfit && (
          <span className={css.misfit} title={sentence(group.misfit.message)}>
            <IconAlertTriangle size={13} aria-hidden /> {misfitWords(group)}
          </span>
        )}
      </span>
    </>
  );
}

/** "1 does not fit: expected [4, 16], found [8, 8]". */
function misfitWords({ misfits, misfit }: LayoutGroup): string {
  if (misfit?.expected === undefined) return t('{{count}} do not fit the files', { count: misfits });
  return t('{{count}} do not fit: expected {{expected}}, found {{found}}', {
    count: misfits,
    expected: misfit.expected,
    found: misfit.found ?? t('none'),
  });
}

function ParameterName({ row }: { readonly row: LayoutRow & { readonly type: 'parameter' } }) {
  return (
    <span className={css.parameter}>
      {row.parameter ? <MiddleText text={row.parameter.name} tail={34} /> : '…'}
    </span>
  );
}

function fitWords(fit: 'fits' | 'alone' | 'absent' | 'misfit'): string {
  if (fit === 'absent') return t('in no file');
  return fit === 'misfit' ? t('does not fit the files') : '';
}

function Fit({ row }: { readonly row: LayoutRow & { readonly type: 'parameter' } }) {
  const fit = row.parameter?.fit ?? 'fits';
  return <span className={fit === 'misfit' ? css.misfit : css.quiet}>{fitWords(fit)}</span>;
}

function Numbers({ text }: { readonly text: string }) {
  return (
    <span className={cx(css.mono, css.wrap)} title={text}>
      {text}
    </span>
  );
}

/** "168"; "12 of 168" where the filter keeps some. */
function countWords({ matching, parameters }: LayoutGroup): string {
  return partOf(matching, parameters);
}

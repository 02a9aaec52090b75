import { Button, Select } from '@mantine/core';
import { COMPARE_STATUSES, type CompareStatus, type Comparison } from '../../../shared/compare/results.ts';
import type { TableFormat } from '../../../shared/table/text.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { useNarrow } from '../../frame/use-narrow.ts';
import { t } from '../../language/t.ts';
import { sentence } from '../../parts/sentence.ts';
import { TableView } from '../../parts/table-view.tsx';
import { TextMenu } from '../../parts/text-menu.tsx';
import { ViewHead } from '../../parts/view-head.tsx';
import { useApp } from '../../store/app-store.ts';
import { FilterField } from '../tensors/filter-field.tsx';
import type { View } from '../view.ts';
import css from './compare.module.css';
import { CompareSide } from './compare-side.tsx';
import { CompareTable } from './compare-table.tsx';
import { ComparingNote } from './comparison-panel.tsx';
import { expectation, statusWords, titleOf, toleranceWords } from './status.ts';
import { useComparison } from './use-comparison.ts';

function CompareView() {
  const { job, comparison } = useComparison();
  const comparing = useApp((state) => state.comparing);
  const fault = useApp((state) => state.compareFault);
  const showDialog = useApp((state) => state.showCompareDialog);
  const toggleSide = useApp((state) => state.toggleSide);
  const narrow = useNarrow();
  if (comparing === undefined)
    return (
      <div className={css.nothing}>
        <p>{t('Compare what is open with another save, another folder or file, tensor by tensor.')}</p>
        <Button onClick={() => showDialog(true)}>{t('Compare with…')}</Button>
      </div>
    );
  if (!comparison)
    return (
      <>
        <ComparingNote />
        {(fault || job?.state === 'failed' || job?.state === 'cancelled') && (
          <div className={css.again}>
            <Button variant="default" onClick={() => showDialog(true)}>
              {t('Compare with…')}
            </Button>
          </div>
        )}
      </>
    );
  return (
    <TableView
      head={
        <ViewHead className={css.top} title={titleOf(comparison)}>
          <p>
            {[expectation(comparison), countWords(comparison), toleranceWords(comparing)]
              .filter((words) => words !== undefined)
              .join(t(' '))}
          </p>
          {job?.state === 'done' &&
            job.result.warnings.map((warning) => <p key={warning}>{sentence(warning)}</p>)}
        </ViewHead>
      }
      bar={
        <>
          <FilterField />
          <ShownSelect comparison={comparison} />
          <CompareMenu />
          <Button variant="default" onClick={() => showDialog(true)}>
            {t('Compare with…')}
          </Button>
        </>
      }
      fault={fault}
    >
      <CompareTable
        key={job?.id}
        bare={comparison.counts.different === 0 && toleranceWords(comparing) === undefined}
        onEnter={() => toggleSide(narrow, true)}
      />
    </TableView>
  );
}

function countWords({ counts }: Comparison): string {
  const parts = COMPARE_STATUSES.filter((status) => counts[status] > 0).map(
    (status) => `${formatCount(counts[status])} ${statusWords(status)}`,
  );
  return t('{{sentence}}.', { sentence: parts.join(t(', ')) });
}

function ShownSelect({ comparison: { counts, equal } }: { readonly comparison: Comparison }) {
  const show = useApp((state) => state.compareShown);
  const showOnly = useApp((state) => state.showComparedOnly);
  const shown = [
    { value: 'all' as const, label: t('All tensors') },
    ...(equal ? [] : [{ value: 'unequal' as const, label: t('Not equal') }]),
    ...COMPARE_STATUSES.filter((status) => counts[status] > 0).map((status) => ({
      value: status,
      label: onlyWords(status),
    })),
  ];
  return (
    <Select
      aria-label={t('Tensors shown')}
      className={css.shown ?? ''}
      allowDeselect={false}
      data={shown}
      value={show}
      onChange={(next) => showOnly(shown.find(({ value }) => value === next)?.value ?? 'all')}
    />
  );
}

function CompareMenu() {
  const text = useApp((state) => state.compareText);
  const total = useApp((state) => state.compared.total);
  const selected = useApp((state) => state.comparedSelected.size);
  const some = selected > 1;
  return (
    <TextMenu
      what={t('compared tensors')}
      name="compared-tensors"
      label={
        some
          ? t('the {{number}} selected', { number: formatCount(selected) })
          : t('{{count}} tensors', { count: total })
      }
      count={total}
      text={text}
      {...(some && {
        parts: async function* (format: TableFormat) {
          yield await text(format, 'every');
        },
        fileLabel: t('Save a file of all {{number}} shown', { number: formatCount(total) }),
      })}
    />
  );
}

export const compare: View = {
  id: 'compare',
  get label() {
    return t('Comparison');
  },
  Main: CompareView,
  Side: CompareSide,
  explains: (state) => state.compareJob !== undefined,
  listed: false,
  shown: (summary) => summary.kind !== 'strategy',
};

/** A choice of what the table shows. */
function onlyWords(status: CompareStatus): string {
  switch (status) {
    case 'only-a':
      return t('Only in A');
    case 'only-b':
      return t('Only in B');
    default:
      return t('Only {{status}}', { status: statusWords(status) });
  }
}

import { Button } from '@mantine/core';
import type { CheckpointSummary } from '../../../shared/checkpoint.ts';
import { matrixText } from '../../../shared/ranks/matrix-text.ts';
import { rankList } from '../../../shared/text/ranks.ts';
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
import { Matrix } from './matrix.tsx';
import css from './ranks.module.css';
import { RanksSide } from './ranks-side.tsx';
import { useCompareRanks } from './use-compare-ranks.ts';

function RanksView() {
  const summary = useApp((state) => state.checkpoint);
  const fault = useApp((state) => state.matrixFault);
  const toggleSide = useApp((state) => state.toggleSide);
  const narrow = useNarrow();
  if (summary === undefined) return null;
  return (
    <TableView
      head={
        <ViewHead className={css.top} title={t('Which rank holds what')}>
          <p>{wordsAbout(summary)}</p>
        </ViewHead>
      }
      bar={
        <>
          <FilterField />
          <MatrixMenu />
          <CompareChosen />
        </>
      }
      fault={fault}
    >
      <Matrix onEnter={() => toggleSide(narrow, true)} />
    </TableView>
  );
}

function MatrixMenu() {
  const page = useApp((state) => state.matrixPage);
  const rows = useApp((state) => state.matrix.totalRows);
  return (
    <TextMenu
      what={t('ranks')}
      name="ranks"
      label={t('{{count}} tensors', { count: rows })}
      count={rows}
      parts={(format) => matrixText(page, format)}
    />
  );
}

function CompareChosen() {
  const chosen = useApp((state) => state.chosenRanks);
  const compare = useCompareRanks();
  const [a, b] = chosen;
  if (a === undefined) return null;
  if (b === undefined)
    return (
      <span className={css.chosenWords}>
        {t('Rank {{a}} is chosen; choose another to compare it with.', { a })}
      </span>
    );
  return <Button onClick={() => compare(a, b)}>{t('Compare rank {{a}} with rank {{b}}', { a, b })}</Button>;
}

function wordsAbout({ missingRanks, strategy, redundancy }: CheckpointSummary): string {
  if (!strategy) return t('Which slice each rank holds is not known without a strategy.');
  return [
    t('Equal colours in a row are the same slice.'),
    missingRanks.length > 0 && missingWords(missingRanks),
    redundancy.state === 'removed' && t('Saved without redundancy: each slice lies on one rank only.'),
    t('Choose two ranks to compare them.'),
  ]
    .filter((part) => part !== false)
    .join(t(' '));
}

function missingWords(ranks: readonly number[]): string {
  const list = rankList(ranks);
  return sentence(
    ranks.length === 1
      ? t('{{rank}} has no files: what is missing is hatched.', { rank: list })
      : t('{{ranks}} have no files: what is missing is hatched.', { ranks: list }),
  );
}

export const ranks: View = {
  id: 'ranks',
  get label() {
    return t('Ranks');
  },
  key: 'r',
  Main: RanksView,
  Side: RanksSide,
  nothingSelected: (state) => state.detailName === undefined && state.comparing === undefined,
  count: (summary) => formatCount(summary.ranks.length),
  shown: (summary) => summary.ranks.length > 1,
};

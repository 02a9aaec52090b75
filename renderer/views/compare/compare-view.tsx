import { Button, CloseButton, Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { COMPARE_STATUSES, type Comparison } from '../../../shared/compare/results.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { useNarrow } from '../../frame/use-narrow.ts';
import { TextMenu } from '../../parts/text-menu.tsx';
import { useSettled } from '../../parts/use-settled.ts';
import { counted } from '../../parts/words.ts';
import { useApp } from '../../store/app-store.ts';
import type { View } from '../view.ts';
import css from './compare.module.css';
import { CompareSide } from './compare-side.tsx';
import { CompareTable } from './compare-table.tsx';
import { ComparingNote } from './comparison-panel.tsx';
import { expectation, STATUS_WORDS, titleOf } from './status.ts';
import { useComparison } from './use-comparison.ts';

/** Typing settles before the engine is asked, in milliseconds. */
const SETTLE = 120;

function CompareView() {
  const { job, comparison } = useComparison();
  const comparing = useApp((state) => state.comparing);
  const showDialog = useApp((state) => state.showCompareDialog);
  const toggleSide = useApp((state) => state.toggleSide);
  const narrow = useNarrow();
  if (comparing === undefined)
    return (
      <div className={css.nothing}>
        <p>Compare what is open with another save, another folder or file, tensor by tensor.</p>
        <Button onClick={() => showDialog(true)}>Compare with…</Button>
      </div>
    );
  if (!comparison) return <ComparingNote />;
  return (
    <div className={css.view}>
      <div className={css.top}>
        <h2>{titleOf(comparison)}</h2>
        <p>
          {expectation(comparison)} {countWords(comparison)}
        </p>
        {job?.state === 'done' && job.result.warnings.map((warning) => <p key={warning}>{warning}</p>)}
      </div>
      <div className={css.bar}>
        <CompareFilter />
        <ShownSelect comparison={comparison} />
        <CompareMenu />
        <Button variant="default" onClick={() => showDialog(true)}>
          Compare with…
        </Button>
      </div>
      <div className={css.table}>
        <CompareTable key={job?.id} onEnter={() => toggleSide(narrow, true)} />
      </div>
    </div>
  );
}

function countWords({ counts }: Comparison): string {
  const parts = COMPARE_STATUSES.filter((status) => counts[status] > 0).map(
    (status) => `${formatCount(counts[status])} ${STATUS_WORDS[status]}`,
  );
  return `${parts.join(', ')}.`;
}

function CompareFilter() {
  const filter = useApp((state) => state.compareAsk.filter);
  const ask = useApp((state) => state.askCompare);
  const [text, setText] = useState(filter);
  const settle = useSettled((next: string) => ask({ filter: next }), SETTLE);
  useEffect(() => setText(filter), [filter]);
  const change = (next: string) => {
    setText(next);
    settle(next);
  };
  return (
    <TextInput
      className={css.filter ?? ''}
      classNames={{ input: css.mono ?? '' }}
      aria-label="Filter tensors"
      placeholder="Filter: name, dtype:bf16, !adam, /layers\.[0-3]\./"
      spellCheck={false}
      autoComplete="off"
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      leftSection={<IconSearch size={14} stroke={1.6} aria-hidden />}
      rightSection={
        text !== '' && <CloseButton size={24} aria-label="Clear the filter" onClick={() => change('')} />
      }
    />
  );
}

function ShownSelect({ comparison: { counts, equal } }: { readonly comparison: Comparison }) {
  const show = useApp((state) => state.compareAsk.show);
  const ask = useApp((state) => state.askCompare);
  const shown = [
    { value: 'all' as const, label: 'All tensors' },
    ...(equal ? [] : [{ value: 'unequal' as const, label: 'Not equal' }]),
    ...COMPARE_STATUSES.filter((status) => counts[status] > 0).map((status) => ({
      value: status,
      label: `Only ${STATUS_WORDS[status]}`.replace('Only only', 'Only'),
    })),
  ];
  return (
    <Select
      aria-label="Tensors shown"
      className={css.shown ?? ''}
      allowDeselect={false}
      data={shown}
      value={show}
      onChange={(next) => ask({ show: shown.find(({ value }) => value === next)?.value ?? 'all' })}
    />
  );
}

function CompareMenu() {
  const text = useApp((state) => state.compareText);
  const total = useApp((state) => state.compared.total);
  return (
    <TextMenu
      what="compared tensors"
      name="compared-tensors"
      label={counted(total, 'tensor')}
      count={total}
      text={text}
    />
  );
}

export const compare: View = {
  id: 'compare',
  label: 'Comparison',
  Main: CompareView,
  Side: CompareSide,
  listed: false,
  shown: (summary) => summary.kind !== 'strategy',
};

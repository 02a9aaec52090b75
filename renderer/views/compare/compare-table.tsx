import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { type KeyboardEvent, type MouseEvent, memo, useEffect, useId, useRef } from 'react';
import {
  type CompareColumn,
  type ComparedPart,
  type ComparedTensor,
  wholeShape,
} from '../../../shared/compare/results.ts';
import { boxWords, cutBoxWords } from '../../../shared/layout/words.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { Coming } from '../../parts/coming.tsx';
import { cx } from '../../parts/cx.ts';
import { MiddleText } from '../../parts/middle-text.tsx';
import { useApp, useAppStore } from '../../store/app-store.ts';
import { COMPARE_SORT } from '../../store/compare.ts';
import { howOf, pressRowKey, type SelectHow } from '../../table/row-keys.ts';
import scroll from '../../table/scroll.module.css';
import { useRowWindow } from '../../table/use-row-window.ts';
import css from './compare.module.css';
import { cosineWords, rounded } from './number-facts.tsx';
import { statusWords } from './status.ts';

/** Height of a row and of the header, in CSS pixels. */
const ROW = 27;

/** A grid that is walked through by keyboard (WAI-ARIA APG, grid pattern). */
const GRID = { role: 'grid', tabIndex: 0, 'aria-multiselectable': true } as const;

function columnsOf(): readonly { readonly id: CompareColumn; readonly label: string }[] {
  return [
    { id: 'name', label: t('Name') },
    { id: 'status', label: t('Result') },
    { id: 'differing', label: t('Elements') },
    { id: 'maxAbs', label: t('Largest') },
    { id: 'meanAbs', label: t('Mean') },
    { id: 'relativeL2', label: t('Relative L2') },
    { id: 'cosine', label: t('Cosine') },
  ];
}

interface CompareTableProps {
  /** No tensor has a number to say how far it differs. */
  readonly bare: boolean;
  readonly onEnter: () => void;
}

/** The tensors of a comparison: any number of rows, those that are not equal first unless sorted. */
export function CompareTable({ bare, onEnter }: CompareTableProps) {
  const store = useAppStore();
  const scroller = useRef<HTMLTableElement>(null);
  const compared = useApp((state) => state.compared);
  const fault = useApp((state) => state.compareFault);
  const reset = useApp((state) => state.comparedReset);
  const cursor = useApp((state) => state.comparedCursor);
  const selected = useApp((state) => state.comparedSelected);
  const id = useId();
  const window = useRowWindow({ scroller, count: compared.total, rowHeight: ROW, headerHeight: ROW, reset });
  const first = window.items[0]?.index ?? 0;
  const last = window.items.at(-1)?.index ?? 60;
  const filter = useApp((state) => state.ask.filter);
  const shown = useApp((state) => state.compareShown);
  const sort = useApp((state) => state.sorts[COMPARE_SORT]);
  useEffect(
    () => store.getState().needCompared({ filter, shown, sort }, first, last),
    [store, filter, shown, sort, first, last],
  );

  const move = (to: number, how: SelectHow) => {
    store.getState().moveCompared(to, how);
    window.reveal(store.getState().comparedCursor);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // The headings sort: their keys are their own.
    if (event.target !== event.currentTarget) return;
    const { selectAllCompared: selectAll, clearCompared: clear, compareText } = store.getState();
    const copy = () => void compareText('tsv').then((text) => navigator.clipboard.writeText(text));
    const { pageRows } = window;
    if (event.key === 'Enter') onEnter();
    else if (!pressRowKey(event, { cursor, count: compared.total, pageRows, move, selectAll, clear, copy }))
      return;
    event.preventDefault();
  };
  const onMouseDown = (event: MouseEvent) => {
    const row = event.target instanceof Element ? event.target.closest('tbody tr') : null;
    const shown = Number(row?.getAttribute('aria-rowindex'));
    if (shown >= 2) store.getState().moveCompared(shown - 2, howOf(event));
  };

  const drawn = window.items.some(({ index }) => index === cursor);
  return (
    <div className={cx(scroll.place, css.place)}>
      <table
        ref={scroller}
        {...GRID}
        {...(drawn && { 'aria-activedescendant': `${id}-${cursor}` })}
        aria-label={t('Compared tensors')}
        aria-rowcount={compared.total + 1}
        className={cx(scroll.scroller, css.scroller, bare && css.bare)}
        onKeyDown={onKeyDown}
        onMouseDown={onMouseDown}
      >
        <thead>
          <tr aria-rowindex={1} className={cx(css.row, css.header)}>
            {columnsOf().map(({ id, label }) => (
              <Heading key={id} id={id} label={label} />
            ))}
          </tr>
        </thead>
        <tbody className={scroll.canvas} style={{ height: window.canvas.height }} aria-hidden />
        <tbody className={scroll.body} style={{ transform: `translateY(${window.shift}px)` }}>
          {window.items.map((item) => (
            <Row
              key={item.key}
              table={id}
              tensor={store.getState().comparedAt(item.index)}
              index={item.index}
              top={item.start - window.base}
              cursor={item.index === cursor}
              selected={selected.has(item.index)}
            />
          ))}
        </tbody>
      </table>
      {compared.pages.size === 0 && !fault && <Coming className={css.empty} />}
      {compared.total === 0 && compared.pages.size > 0 && (
        <p className={css.empty}>{t('None of the tensors matches.')}</p>
      )}
    </div>
  );
}

/** A click sorts: numbers the largest first, then the smallest, then not at all. */
function Heading({ id, label }: { readonly id: CompareColumn; readonly label: string }) {
  const sort = useApp((state) => state.sorts[COMPARE_SORT]);
  const sortTable = useApp((state) => state.sortTable);
  const sorted = sort?.heading === id ? sort : undefined;
  const descendingFirst = id !== 'name' && id !== 'status' && id !== 'cosine';
  const next = () => {
    if (sorted === undefined) return { heading: id, descending: descendingFirst };
    return sorted.descending === descendingFirst ? { heading: id, descending: !descendingFirst } : undefined;
  };
  const Arrow = sorted?.descending ? IconArrowDown : IconArrowUp;
  return (
    <th
      scope="col"
      aria-sort={sorted ? (sorted.descending ? 'descending' : 'ascending') : 'none'}
      className={cx(id !== 'name' && id !== 'status' && css.end, css[id])}
    >
      <button type="button" className={css.sort} onClick={() => sortTable(COMPARE_SORT, next())}>
        {label}
        {sorted && <Arrow size={12} aria-hidden />}
      </button>
    </th>
  );
}

interface RowProps {
  /** Id of the table; the row's begins with it. */
  readonly table: string;
  readonly tensor: ComparedTensor | undefined;
  readonly index: number;
  readonly top: number;
  readonly cursor: boolean;
  readonly selected: boolean;
}

const Row = memo(function Row({ table, tensor, index, top, cursor, selected }: RowProps) {
  const numbers = tensor?.numbers;
  // Zeros all along the row would hide the numbers that say something.
  const apart = numbers && (numbers.differing > 0 || (numbers.maxAbs ?? 0) > 0) ? numbers : undefined;
  const name = tensor ? pairName(tensor) : '';
  return (
    <tr
      id={`${table}-${index}`}
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={cx(css.row, css.tensorRow, selected && css.selected, cursor && css.cursor)}
      style={{ transform: `translateY(${top}px)` }}
    >
      <th scope="row" className={css.name}>
        <MiddleText text={name} />
        {tensor?.part && <Part tensor={tensor} part={tensor.part} />}
      </th>
      <td className={cx(tensor && tensor.status !== 'equal' && css.bad)}>{tensor && resultWords(tensor)}</td>
      <td className={css.end}>
        {numbers && numbers.differing > 0 && (
          <span title={t('of {{number}}', { number: formatCount(numbers.elements) })}>
            {formatCount(numbers.differing)}
          </span>
        )}
      </td>
      <td className={css.end}>{rounded(apart?.maxAbs)}</td>
      <td className={cx(css.end, css.meanAbs)}>{rounded(apart?.meanAbs)}</td>
      <td className={cx(css.end, css.relativeL2)}>{rounded(apart?.relativeL2)}</td>
      <td className={css.end}>{cosineWords(apart?.cosine)}</td>
    </tr>
  );
});

/** What of the whole tensor a rank's part is compared with. */
function Part({ tensor, part: { box } }: { readonly tensor: ComparedTensor; readonly part: ComparedPart }) {
  const shape = wholeShape(tensor);
  return (
    <span className={cx(css.quiet, css.part)} title={boxWords(box, shape)}>
      {cutBoxWords(box, shape)}
    </span>
  );
}

/** Both names, where they are two. */
function pairName({ name, b }: ComparedTensor): string {
  return b && b.name !== name ? `${name} ↔ ${b.name}` : name;
}

function resultWords({ status, sameSlice }: ComparedTensor): string {
  return status === 'different' && sameSlice === false ? t('other slice') : statusWords(status);
}

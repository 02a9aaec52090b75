import { Button } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import type { HeaderRow } from '../../../shared/files.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { formatCount } from '../../../shared/text/units.ts';
import { t } from '../../language/t.ts';
import { Coming } from '../../parts/coming.tsx';
import { cx } from '../../parts/cx.ts';
import { FaultNote } from '../../parts/fault-note.tsx';
import { useApp } from '../../store/app-store.ts';
import { useRowWindow } from '../../table/use-row-window.ts';
import css from './files.module.css';
import { type Found, HeaderSearch } from './header-search.tsx';
import { type Header, useHeader } from './use-header.ts';

/** Height of a row in CSS pixels. */
const ROW = 24;

/** A header, or another text of JSON, as a tree of any size. */
export function HeaderTree({ path, children }: { readonly path: string; readonly children: ReactNode }) {
  const header = useHeader(path);
  const ask = useApp((state) => state.askFile);
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const [cursor, setCursor] = useState(0);
  const window = useRowWindow({ scroller, count: header.totalRows, rowHeight: ROW, headerHeight: 0 });
  const first = window.items[0]?.index ?? 0;
  const last = window.items.at(-1)?.index ?? 0;
  useEffect(() => header.need(first, last));

  const move = (to: number) => {
    const row = Math.max(0, Math.min(to, header.totalRows - 1));
    setCursor(row);
    window.reveal(row);
  };
  /** With the rows that follow in sight. */
  const goToHit = useRef(move);
  goToHit.current = (row) => {
    window.reveal(Math.min(row + 4, header.totalRows - 1));
    move(row);
  };

  const show = async ({ row, open }: Found) => {
    await header.show(open, row);
    // The rows that were opened count by then.
    setTimeout(() => goToHit.current(row));
  };
  /** Where it fails, the clipboard keeps what it had. */
  const copy = async () => {
    const input = { path, open: [...header.open], row: cursor };
    const { text } = await ask('file.text', input, new AbortController().signal);
    await navigator.clipboard.writeText(text);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'c' && (event.ctrlKey || event.metaKey)) copy().catch(() => undefined);
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (!act(event.key, header, cursor, window.pageRows(), move)) return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target : undefined;
    const index = Number(target?.closest('[role=treeitem]')?.getAttribute('data-row') ?? Number.NaN);
    const row = header.rowAt(index);
    if (!row) return;
    setCursor(index);
    if (row.count > 0 && (event.detail === 2 || target?.closest('[data-toggle]')))
      void header.toggle(row, index);
  };

  const { fault, about } = header;
  return (
    <>
      <div className={css.bar}>
        {children}
        <HeaderSearch path={path} open={header.open} onFound={(found) => void show(found)} />
        {about && (
          <span className={css.count}>
            {t('{{count}} rows', { count: header.totalRows })}
            {about.fileOffset === undefined && ` · ${t('as the file says it, put into JSON')}`}
          </span>
        )}
      </div>
      {!about && !fault && <Coming className={css.waiting}>{t('Reading the header…')}</Coming>}
      {fault && (
        <div className={css.note}>
          <FaultNote fault={fault}>
            <Button variant="default" onClick={() => void header.show([], 0)}>
              {t('Try again')}
            </Button>
          </FaultNote>
        </div>
      )}
      {about?.fault && (
        <p className={css.broken} role="alert">
          {t('From byte {{offset}} on this is no JSON: {{reason}}. What comes before is shown.', {
            offset: formatCount(about.fault.offset),
            reason: escapeText(about.fault.reason),
          })}
        </p>
      )}
      <div
        ref={scroller}
        role="tree"
        tabIndex={0}
        aria-label={t('Header')}
        {...(header.rowAt(cursor) && { 'aria-activedescendant': `${id}-${cursor}` })}
        className={css.tree}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <div style={{ height: window.canvas.height }} aria-hidden />
        <div className={css.treeBody} style={{ transform: `translateY(${window.shift}px)` }}>
          {window.items.map((item) => (
            <TreeRow
              key={item.key}
              id={`${id}-${item.index}`}
              row={header.rowAt(item.index)}
              index={item.index}
              top={item.start - window.base}
              cursor={item.index === cursor}
            />
          ))}
        </div>
      </div>
    </>
  );
}

/** What a key does; false where it does nothing. */
function act(
  key: string,
  header: Header,
  cursor: number,
  pageRows: number,
  move: (to: number) => void,
): boolean {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: cursor + 1,
    ArrowUp: cursor - 1,
    PageDown: cursor + pageRows,
    PageUp: cursor - pageRows,
    Home: 0,
    End: header.totalRows - 1,
  };
  const to = steps[key];
  if (to !== undefined) {
    move(to);
    return true;
  }
  const row = header.rowAt(cursor);
  if (row === undefined) return false;
  const opens = row.count > 0;
  if (key === 'ArrowRight' && row.open) move(cursor + 1);
  else if (key === 'ArrowRight' && opens) void header.toggle(row, cursor);
  else if (key === 'ArrowLeft' && row.open) void header.toggle(row, cursor);
  else if (key === 'ArrowLeft' && row.parent >= 0) move(row.parent);
  else if ((key === 'Enter' || key === ' ') && opens) void header.toggle(row, cursor);
  else return false;
  return true;
}

interface TreeRowProps {
  readonly id: string;
  readonly row: HeaderRow | undefined;
  readonly index: number;
  readonly top: number;
  readonly cursor: boolean;
}

const TreeRow = memo(function TreeRow({ id, row, index, top, cursor }: TreeRowProps) {
  const level = row?.level ?? 1;
  const opens = row !== undefined && row.count > 0;
  // The tree has the focus itself and says which of them is active (WAI-ARIA APG, tree view pattern).
  const item = {
    role: 'treeitem',
    'aria-level': level,
    'aria-posinset': row?.place,
    'aria-setsize': row?.siblings,
    'aria-expanded': opens ? row.open : undefined,
    'aria-selected': cursor,
  };
  return (
    <div
      id={id}
      {...item}
      data-row={index}
      className={cx(css.treeRow, cursor && css.cursor)}
      style={{ transform: `translateY(${top}px)`, paddingInlineStart: 8 + 18 * (level - 1) }}
    >
      <span className={css.toggle} data-toggle aria-hidden>
        {opens && <IconChevronRight size={13} className={cx(css.chevron, row.open && css.open)} />}
      </span>
      {row ? <RowText row={row} /> : '…'}
    </div>
  );
});

function RowText({ row: { key, place, type, text, cut, open, count } }: { readonly row: HeaderRow }) {
  const isContainer = type === 'object' || type === 'list';
  const name = key === undefined ? String(place - 1) : escapeText(key, Number.POSITIVE_INFINITY);
  const said = escapeText(text, Number.POSITIVE_INFINITY);
  return (
    <>
      <span className={css.key} title={name}>
        {name}
      </span>
      {isContainer && count > 0 && <span className={css.number}>{formatCount(count)}</span>}
      {!open && (
        <span className={css.text} title={said}>
          {said}
          {cut && '…'}
        </span>
      )}
    </>
  );
}

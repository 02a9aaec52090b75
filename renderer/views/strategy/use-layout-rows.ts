import { useCallback, useEffect, useLayoutEffect, useMemo, useState } from 'react';
import type { LayoutGroup, LayoutParameter } from '../../../shared/strategy/layout-groups.ts';
import { useApp } from '../../store/app-store.ts';
import { type RowSelection, useRowSelection } from '../../table/use-row-selection.ts';
import { useParameters } from './use-parameters.ts';

/** A row: a group, or one of its parameters (not there yet while its page is on the way). */
export type LayoutRow =
  | { readonly type: 'group'; readonly group: LayoutGroup; readonly open: boolean }
  | {
      readonly type: 'parameter';
      readonly group: LayoutGroup;
      readonly index: number;
      readonly parameter: LayoutParameter | undefined;
    };

export interface LayoutRows {
  readonly rows: readonly LayoutRow[];
  readonly selection: RowSelection<LayoutRow>;
  toggle(row: LayoutRow): void;
  /** Rows came into sight: their names are fetched. */
  see(rows: readonly LayoutRow[]): void;
}

/** The rows of the table of layouts, the names of open groups among them, and which are selected. */
export function useLayoutRows(groups: readonly LayoutGroup[], drawn: string | undefined): LayoutRows {
  const picked = useApp((state) => state.detailName);
  const select = useApp((state) => state.selectName);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  // Key of the row that the cursor went to before its name was there.
  const [awaited, setAwaited] = useState<string>();
  const { at, need } = useParameters();
  const rows = useMemo(
    () =>
      groups.flatMap((group): LayoutRow[] => {
        const head: LayoutRow = { type: 'group', group, open: open.has(group.key) };
        if (!head.open) return [head];
        const names = Array.from({ length: group.matching }, (_, index): LayoutRow => {
          return { type: 'parameter', group, index, parameter: at(group.key, index) };
        });
        return [head, ...names];
      }),
    [groups, open, at],
  );
  // The row of the parameter itself where its group is open, else the row of its group.
  const chosen =
    rows.find((row) => row.type === 'parameter' && row.parameter?.name === picked) ??
    rows.find((row) => row.type === 'group' && row.group.key === drawn);
  const selection = useRowSelection({
    rows,
    keyOf: rowKey,
    picked: chosen && rowKey(chosen),
    onPick(row) {
      const name = nameOf(row);
      setAwaited(name === undefined ? rowKey(row) : undefined);
      if (name !== undefined) select(name);
    },
    subject: { now: picked, of: nameOf },
  });
  const row = rows[selection.cursor];
  const come = row !== undefined && rowKey(row) === awaited ? nameOf(row) : undefined;
  // At once, as the next key may be there before an effect that waits.
  useLayoutEffect(() => {
    if (come === undefined) return;
    setAwaited(undefined);
    select(come);
  }, [come, select]);
  const see = useCallback(
    (some: readonly LayoutRow[]) => {
      for (const row of some) if (row.type === 'parameter') need(row.group.key, row.index);
    },
    [need],
  );
  // What is selected may be copied, with names that were never in sight.
  const { several } = selection;
  useEffect(() => see(several), [see, several]);
  return {
    rows,
    selection,
    see,
    toggle(row) {
      const next = new Set(open);
      if (!next.delete(row.group.key)) next.add(row.group.key);
      setOpen(next);
    },
  };
}

export function rowKey(row: LayoutRow): string {
  return row.type === 'group' ? row.group.key : `${row.group.key} ${row.index}`;
}

/** The parameter that a row stands for: the first of a group. */
function nameOf(row: LayoutRow): string | undefined {
  return row.type === 'group' ? row.group.first : row.parameter?.name;
}

/** A row as a copy has it: a parameter is a group of one. Nothing while its name is on the way. */
export function asGroup(row: LayoutRow): LayoutGroup | undefined {
  if (row.type === 'group') return row.group;
  if (row.parameter === undefined) return undefined;
  const { name, stages, fit } = row.parameter;
  return {
    ...row.group,
    called: name,
    first: name,
    stages,
    matching: 1,
    misfits: Number(fit === 'misfit'),
    absent: Number(fit === 'absent'),
  };
}

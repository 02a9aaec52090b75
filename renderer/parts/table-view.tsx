import type { ReactNode } from 'react';
import type { Fault } from '../../shared/errors.ts';
import { FaultNote } from './fault-note.tsx';
import { FillingView } from './filling-view.tsx';
import css from './table-view.module.css';
import { ViewBar } from './view-bar.tsx';

interface TableViewProps {
  readonly head: ReactNode;
  /** The filter, and what else is done with the rows. */
  readonly bar: ReactNode;
  /** Why there are no rows, or others than were asked for. */
  readonly fault: Fault | undefined;
  /** The table, which scrolls by itself. */
  readonly children: ReactNode;
}

/** A view that is one table: it has the height that head and bar leave. */
export function TableView({ head, bar, fault, children }: TableViewProps) {
  return (
    <FillingView>
      {head}
      <ViewBar className={css.bar}>{bar}</ViewBar>
      {fault && (
        <div className={css.fault}>
          <FaultNote fault={fault} alert />
        </div>
      )}
      <div className={css.table}>{children}</div>
    </FillingView>
  );
}

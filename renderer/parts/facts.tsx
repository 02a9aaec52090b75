import type { ReactNode } from 'react';
import css from './facts.module.css';

/** Names and values side by side, as in "Shape — 3584 × 18944". Rows without a value are left out. */
export function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={css.facts}>
      {rows.map(([name, value]) =>
        value === undefined || value === null || value === false ? null : (
          <div key={name} className={css.row}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}

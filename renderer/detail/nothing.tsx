import { IconPointer } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './detail.module.css';

/** The right panel while nothing is selected: what to select, and what is then explained. */
export function Nothing({ children }: { readonly children: ReactNode }) {
  return (
    <div className={css.nothing}>
      <IconPointer size={20} stroke={1.4} aria-hidden />
      <p>{children}</p>
    </div>
  );
}

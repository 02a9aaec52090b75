import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import css from './view-bar.module.css';

interface ViewBarProps {
  /** Sets the distance from the sides. */
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** The filter of a view, and what else is done with what it shows: as many lines as they need. */
export function ViewBar({ className, children }: ViewBarProps) {
  return <div className={cx(css.bar, className)}>{children}</div>;
}

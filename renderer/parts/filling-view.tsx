import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import css from './filling-view.module.css';

interface FillingViewProps {
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A view of several parts below each other, one of which has the height that the others leave, and scrolls by itself. */
export function FillingView({ className, children }: FillingViewProps) {
  return <div className={cx(css.view, className)}>{children}</div>;
}

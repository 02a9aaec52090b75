import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { REACHABLE } from './reachable.ts';
import css from './scrolling-view.module.css';

interface ScrollingViewProps {
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** A view of several parts below each other, which scrolls as a whole. */
export function ScrollingView({ className, children }: ScrollingViewProps) {
  return (
    <div className={cx(css.view, className)} {...REACHABLE}>
      {children}
    </div>
  );
}

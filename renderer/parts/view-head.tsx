import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import css from './view-head.module.css';

interface ViewHeadProps {
  readonly title: ReactNode;
  /** Sets the distances, which follow from what lies below. */
  readonly className?: string | undefined;
  /** Paragraphs: what it means. */
  readonly children?: ReactNode;
}

/** What a view says, as its title, and what that means. */
export function ViewHead({ title, className, children }: ViewHeadProps) {
  return (
    <div className={cx(css.head, className)}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}

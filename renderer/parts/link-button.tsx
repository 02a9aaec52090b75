import type { ReactNode } from 'react';
import css from './link-button.module.css';

interface LinkButtonProps {
  readonly children: ReactNode;
  readonly onClick: () => void;
}

/** An action in the middle of a sentence. */
export function LinkButton({ children, onClick }: LinkButtonProps) {
  return (
    <button type="button" className={css.link} onClick={onClick}>
      {children}
    </button>
  );
}

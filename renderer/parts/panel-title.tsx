import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import { MiddleText } from './middle-text.tsx';
import css from './panel-title.module.css';

interface PanelTitleProps {
  readonly name: string;
  /** Letters of the name's end that always show. */
  readonly tail: number;
  readonly copied: { readonly text: string; readonly label: string };
  readonly children?: ReactNode;
}

/** What a panel on the right is about, by name; the name or its path can be copied. */
export function PanelTitle({ name, tail, copied, children }: PanelTitleProps) {
  return (
    <div className={css.title}>
      <h2>
        <MiddleText text={name} tail={tail} />
      </h2>
      <CopyButton {...copied} />
      {children}
    </div>
  );
}

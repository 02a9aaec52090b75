import { IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import { cx } from '../parts/cx.ts';
import css from './conversion.module.css';

interface FoldProps {
  /** Says what is folded away would do. */
  readonly title: string;
  readonly children: ReactNode;
}

/** What few people need, folded away. */
export function Fold({ title, children }: FoldProps) {
  const [opened, setOpened] = useState(false);
  const region = useId();
  return (
    <div>
      <button
        type="button"
        className={css.fold}
        aria-expanded={opened}
        aria-controls={region}
        onClick={() => setOpened(!opened)}
      >
        <IconChevronRight size={13} className={cx(css.chevron, opened && css.open)} aria-hidden />
        {title}
      </button>
      {/* Stays mounted: what was typed is still there when the fold is opened again. */}
      <div id={region} hidden={!opened} className={css.options}>
        {children}
      </div>
    </div>
  );
}

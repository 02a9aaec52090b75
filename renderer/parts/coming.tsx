import { Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../language/t.ts';
import css from './coming.module.css';
import { cx } from './cx.ts';
import { useLate } from './use-late.ts';

interface ComingProps {
  readonly className?: string | undefined;
  /** What is on its way, where there is more to say than that something is. */
  readonly children?: ReactNode;
}

/** In the place of what is on its way: says so once that takes longer than a blink. */
export function Coming({ className, children = t('Reading…') }: ComingProps) {
  const late = useLate(true);
  return (
    <p role="status" data-coming className={cx(css.coming, className)}>
      {late && (
        <>
          <Loader size={12} />
          {children}
        </>
      )}
    </p>
  );
}

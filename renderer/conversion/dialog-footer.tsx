import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { t } from '../language/t.ts';
import { Command } from '../parts/command.tsx';
import css from './conversion.module.css';

interface DialogFooterProps {
  readonly commandLine: string | undefined;
  readonly onCancel: () => void;
  /** Why the filled button is shut, then that button. */
  readonly reason?: ReactNode;
  readonly children: ReactNode;
}

/** The same as a command, the way out, and the one filled button. */
export function DialogFooter({ commandLine, onCancel, reason, children }: DialogFooterProps) {
  return (
    <div className={css.footer}>
      {commandLine !== undefined && <Command text={commandLine} />}
      <div className={css.actions}>
        {reason}
        <Button variant="default" onClick={onCancel}>
          {t('Cancel')}
        </Button>
        {children}
      </div>
    </div>
  );
}

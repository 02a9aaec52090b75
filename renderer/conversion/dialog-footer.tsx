import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { CopyButton } from '../parts/copy-button.tsx';
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
      {commandLine !== undefined && (
        <div className={css.command}>
          <CommandLine text={commandLine} />
          <CopyButton text={commandLine} label={t('Copy the command line')} />
        </div>
      )}
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

/** Broken between its words only. */
function CommandLine({ text }: { readonly text: string }) {
  const shown = escapeText(text, 4096);
  return (
    <code title={shown}>
      {[...shown.matchAll(/\S+/g)].map(({ 0: word, index }) => (
        <span key={index}>{word} </span>
      ))}
    </code>
  );
}

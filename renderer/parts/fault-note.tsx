import { CloseButton } from '@mantine/core';
import { IconAlertTriangle, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Problem } from '../../shared/checkpoint.ts';
import type { Fault } from '../../shared/errors.ts';
import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { CopyButton } from './copy-button.tsx';
import { cx } from './cx.ts';
import css from './fault-note.module.css';
import { grouped } from './grouped.ts';
import { sentence } from './sentence.ts';

export type Severity = 'error' | 'warning' | 'info';

const ICONS = { error: IconCircleX, warning: IconAlertTriangle, info: IconInfoCircle };

interface FaultNoteProps {
  readonly fault: Fault | Problem;
  readonly severity?: Severity;
  /** What can be done about it, as buttons. */
  readonly children?: ReactNode;
  readonly onDismiss?: () => void;
  /** Read out by screen readers when it appears. */
  readonly alert?: boolean;
}

/** The one way a refusal or a problem is shown: what is wrong with its numbers, where, and what to do. */
export function FaultNote({ fault, severity = 'error', children, onDismiss, alert = false }: FaultNoteProps) {
  const Icon = ICONS[severity];
  return (
    <section className={cx(css.note, css[severity])} role={alert ? 'alert' : undefined}>
      <Icon size={17} stroke={1.7} className={css.icon} aria-label={severityWord(severity)} />
      <div className={css.body}>
        <p className={css.message}>{sentence(fault.message)}</p>
        {fault.advice !== undefined && fault.advice !== '' && (
          <p className={css.advice}>{sentence(fault.advice)}</p>
        )}
        <Where fault={fault} />
        {children !== undefined && <div className={css.actions}>{children}</div>}
      </div>
      <CopyButton text={faultText(fault)} label={t('Copy this message')} />
      {onDismiss && <CloseButton size={24} aria-label={t('Dismiss')} onClick={onDismiss} />}
    </section>
  );
}

function severityWord(severity: Severity): string {
  switch (severity) {
    case 'error':
      return t('Error');
    case 'warning':
      return t('Warning');
    case 'info':
      return t('Note');
  }
}

function Where({ fault }: { readonly fault: Fault | Problem }) {
  const rows: readonly (readonly [string, string | undefined])[] = [
    [t('File'), fault.file],
    [t('Tensor'), fault.tensor],
    [t('Expected'), 'expected' in fault ? fault.expected : undefined],
    [t('Found'), 'found' in fault ? fault.found : undefined],
  ];
  // What the sentence says already need not be said twice.
  const more = rows.filter(
    ([, value]) => value !== undefined && !fault.message.includes(value.replace(/ bytes?$/, '')),
  );
  if (more.length === 0) return null;
  return (
    <dl className={css.where}>
      {more.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{escapeText(grouped(value ?? ''), 1000)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The same as plain text, with the code, for a report. */
function faultText(fault: Fault | Problem): string {
  const lines = [`${fault.code}: ${fault.message}`, fault.advice];
  if (fault.file !== undefined) lines.push(`file: ${fault.file}`);
  if (fault.tensor !== undefined) lines.push(`tensor: ${escapeText(fault.tensor)}`);
  return lines.filter((line) => line !== undefined && line !== '').join('\n');
}

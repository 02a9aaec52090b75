import type { ReactNode } from 'react';
import { formatBytes } from '../../shared/text/units.ts';
import { t } from '../language/t.ts';

/** A size as a person reads it; the exact number of bytes on hover. */
export function Size({ bytes }: { readonly bytes: number }) {
  return (
    <data value={bytes} title={exactBytes(bytes)}>
      {formatBytes(bytes)}
    </data>
  );
}

interface SizesProps {
  readonly text: string;
  /** Sizes that the text says, in any order; one that it does not say is passed over. */
  readonly bytes: readonly number[];
}

/** A sentence with sizes in it, each exact on hover. */
export function Sizes({ text, bytes }: SizesProps) {
  const parts: ReactNode[] = [];
  let rest = text;
  const next = () =>
    bytes
      .map((count) => ({ count, at: placeOf(rest, formatBytes(count)) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)[0];
  for (let found = next(); found; found = next()) {
    parts.push(rest.slice(0, found.at), <Size key={rest.length} bytes={found.count} />);
    rest = rest.slice(found.at + formatBytes(found.count).length);
  }
  return (
    <>
      {parts}
      {rest}
    </>
  );
}

/** "1,024 bytes". */
export function exactBytes(bytes: number): string {
  return t('{{count}} bytes', { count: Math.round(bytes) });
}

/** Where a size stands in a text, not as the end of a longer number. */
function placeOf(text: string, size: string): number {
  for (let at = text.indexOf(size); at >= 0; at = text.indexOf(size, at + 1))
    if (!/[\d.,]$/.test(text.slice(0, at))) return at;
  return -1;
}

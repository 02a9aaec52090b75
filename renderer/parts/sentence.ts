import { escapeText } from '../../shared/text/escape.ts';

/** A message as a sentence of its own: first letter large, one stop at the end, nothing unsafe in it. */
export function sentence(text: string): string {
  const safe = escapeText(text.trim(), 2000);
  const first = safe.charAt(0);
  // A file or parameter name in front keeps its letters: only plain words are raised.
  const raised = /^[a-z]+[ ,:]/.test(safe) ? first.toUpperCase() + safe.slice(1) : safe;
  return /[.!?…:]$/.test(raised) || raised === '' ? raised : `${raised}.`;
}

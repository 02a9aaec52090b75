import { escapeText } from '../../shared/text/escape.ts';
import { t } from '../language/t.ts';
import { translated } from '../language/translated.ts';
import { grouped } from './grouped.ts';

/**
 * A message in the window's language as a sentence of its own: first letter large, one stop at the end, nothing unsafe
 * in it.
 */
export function sentence(text: string): string {
  const safe = escapeText(grouped(translated(text.trim())), 2000);
  const first = safe.charAt(0);
  // A file or parameter name in front keeps its letters: only plain words are raised.
  const raised = /^[a-z]+[ ,:]/.test(safe) ? first.toUpperCase() + safe.slice(1) : safe;
  return /[.!?…:。！？：]$/.test(raised) || raised === '' ? raised : t('{{sentence}}.', { sentence: raised });
}

import type { CompareRequest } from '../../../shared/compare/options.ts';
import type { CompareStatus, Comparison } from '../../../shared/compare/results.ts';
import { sideWords } from '../../../shared/compare/side-words.ts';
import { capital } from '../../../shared/text/capital.ts';
import { escapeText } from '../../../shared/text/escape.ts';
import { t } from '../../language/t.ts';

/** What became of a tensor, in a word or two. */
export function statusWords(status: CompareStatus): string {
  switch (status) {
    case 'different':
      return t('different');
    case 'shape':
      return t('other shape');
    case 'dtype':
      return t('other type');
    case 'unreadable':
      return t('unreadable');
    case 'only-a':
      return t('only in A');
    case 'only-b':
      return t('only in B');
    case 'equal':
      return t('equal');
  }
}

/** "Rank 2 against rank 6". */
export function titleOf({ labels: { a, b } }: Comparison): string {
  // Words get a capital, the name of a folder keeps its letters.
  const first = sideWords(a).replace(/^(rank|step|epoch|save|all|the) /, capital);
  return t('{{first}} against {{b}}', { first: escapeText(first), b: escapeText(sideWords(b)) });
}

/** What was to be expected of the two, where that is known. */
export function expectation({ slices, parts, equal }: Comparison): string {
  if (parts !== undefined)
    return t(
      'A rank against the whole: {{count}} tensors are compared with the same part of the whole one.',
      {
        count: parts,
      },
    );
  if (slices === undefined) return equal ? t('They are equal.') : t('A is the first, B the second.');
  if (slices.other === 0) return t('Replicas: they should be equal.');
  if (slices.same === 0) return t('They hold different slices of every tensor.');
  return t(
    'They hold the same slice of {{same}} tensors, and should be equal there; of {{other}} they hold different slices.',
    { same: slices.same, other: slices.other },
  );
}

/** Which differences were let pass, where any were: "equal" says less then. */
export function toleranceWords({ atol = 0, rtol = 0 }: CompareRequest): string | undefined {
  const distance = [...(atol > 0 ? [String(atol)] : []), ...(rtol > 0 ? [`${rtol} × |B|`] : [])].join(' + ');
  return distance === '' ? undefined : t('Values up to {{distance}} apart count as equal.', { distance });
}

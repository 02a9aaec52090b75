import type { CompareStatus, Comparison } from '../../../shared/compare/results.ts';
import { escapeText } from '../../../shared/text/escape.ts';

/** What became of a tensor, in a word or two. */
export const STATUS_WORDS: Readonly<Record<CompareStatus, string>> = {
  different: 'different',
  shape: 'other shape',
  dtype: 'other type',
  unreadable: 'unreadable',
  'only-a': 'only in A',
  'only-b': 'only in B',
  equal: 'equal',
};

/** "Rank 2 against rank 6". */
export function titleOf({ labels: { a, b } }: Comparison): string {
  // Words get a capital, the name of a folder keeps its letters.
  const first = a.replace(
    /^(rank|step|epoch|save|all) /,
    (word) => word.charAt(0).toUpperCase() + word.slice(1),
  );
  return `${escapeText(first)} against ${escapeText(b)}`;
}

/** What was to be expected of the two, where that is known. */
export function expectation({ slices, equal }: Comparison): string {
  if (slices === undefined) return equal ? 'They are equal.' : 'A is the first, B the second.';
  if (slices.other === 0) return 'Replicas: they should be equal.';
  if (slices.same === 0) return 'They hold different slices of every tensor.';
  return `They hold the same slice of ${slices.same} tensors, and should be equal there; of ${slices.other} they hold different slices.`;
}

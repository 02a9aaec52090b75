import { refuse } from '../errors.ts';
import { METADATA_KEY } from '../safetensors/limits.ts';
import { escapeText } from '../text/escape.ts';
import { formatCount } from '../text/units.ts';

/** A tensor's new name, and the names of the tensors it is made of. */
export interface NewName {
  readonly from: readonly string[];
  readonly to: string;
}

/**
 * Refuses new names that would lose a tensor, before anything is written: CP_CONFLICT when two tensors get one
 * name (both are named), when a name is empty, or is `__metadata__`, which safetensors keeps for itself.
 */
export function checkNewNames(names: Iterable<NewName>): void {
  const taken = new Map<string, NewName>();
  let clashes = 0;
  let first: { a: NewName; b: NewName } | undefined;
  for (const b of names) {
    if (b.to === '' || b.to === METADATA_KEY) refuseName(b);
    const a = taken.get(b.to);
    if (a === undefined) taken.set(b.to, b);
    else {
      clashes++;
      first ??= { a, b };
    }
  }
  if (!first) return;
  const { a, b } = first;
  const more = clashes > 1 ? ` (and ${formatCount(clashes - 1)} more such names)` : '';
  refuse(
    'CP_CONFLICT',
    `${quoted(a.from)} and ${quoted(b.from)} would both be named '${escapeText(b.to)}'${more}`,
    'Leave one of them out, or rename it in the source: a file holds a name once.',
    { tensor: b.from[0], expected: 'different names', found: escapeText(b.to) },
  );
}

function refuseName({ from, to }: NewName): never {
  const why = to === '' ? 'no name at all' : `the name ${METADATA_KEY}, which the format keeps for itself`;
  refuse('CP_CONFLICT', `${quoted(from)} would get ${why}`, 'Give it another name.', { tensor: from[0] });
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${escapeText(name)}'`).join(', ');
}
